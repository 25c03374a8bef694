#!/usr/bin/env bash
# Tries a package in a Debian that has nothing else: installs it with what it depends on and no more, goes the whole road
# in a terminal and in the window, removes it, and looks for what was left. Needs root, debootstrap and a network.
#
#   packaging/try-deb.sh whetstone_0.1.0_amd64.deb [FOLDER]
#
# FOLDER keeps the Debian that is made for this, and pictures of the window in FOLDER/pictures.
set -euo pipefail

package=$(realpath "${1:?name the package}")
folder=$(realpath -m "${2:-$(mktemp -d /var/tmp/try-deb.XXXXXX)}")
suite=${SUITE:-bookworm}
mirror=${MIRROR:-}
root=$folder/root
pictures=$folder/pictures
mkdir -p "$folder" "$pictures"

step() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# A command as root inside, and one as a person.
inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
person() {
    chroot --userspec=1000:1000 "$root" /usr/bin/env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/home/ada USER=ada \
        DISPLAY="${DISPLAY_INSIDE:-}" LIBGL_ALWAYS_SOFTWARE=1 WHETSTONE_KEYRING=off "$@"
}

# Every file, but for those of the kernel, of people, and of the package manager's own bookkeeping.
files() {
    inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run -o -path /home \
        -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \) -prune -o -print | sort
}

running=()
end() {
    for process in "${running[@]}"; do
        kill "$process" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    for place in dev/shm dev/pts dev proc; do
        if mountpoint -q "$root/$place"; then umount "$root/$place"; fi
    done
}
trap end EXIT

step "A Debian ($suite) with nothing but its base"
if [ ! -e "$root/etc/debian_version" ]; then
    debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$folder/debootstrap.log"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
inside id ada >/dev/null 2>&1 || inside useradd --create-home --uid 1000 ada
inside apt-get update -qq
cp "$package" "$root/tmp/whetstone.deb"
files >"$folder/before"

step "The package and what it depends on"
begun=$(date +%s)
inside apt-get install -y -qq --no-install-recommends /tmp/whetstone.deb >"$folder/install.log" 2>&1 ||
    { tail -20 "$folder/install.log" >&2; fail "it does not install"; }
echo "installed in $(($(date +%s) - begun)) s, with $(grep -c '^Setting up' "$folder/install.log") packages"
inside dpkg -L whetstone | sort >"$folder/installed"
echo "$(wc -l <"$folder/installed") files and folders are the package's"
inside dpkg --verify whetstone

step "The command line, with nothing else installed"
person whetstone --version
person whetstone doctor --quick
person whetstone licences >"$folder/licences.txt"
head -3 "$folder/licences.txt"
person whetstone demo --short --out /home/ada/demo >"$folder/demo.log" 2>&1 || { tail -20 "$folder/demo.log" >&2; fail "the demo"; }
tail -5 "$folder/demo.log"
if person whetstone 2>"$folder/no-display"; then fail "a window without a display"; fi
cat "$folder/no-display"

step "The window, on a display of no screen"
inside dpkg-query -W -f '${Package}\n' | sort >"$folder/packages"
inside apt-get install -y -qq --no-install-recommends xvfb openbox xdotool imagemagick >"$folder/tools.log" 2>&1
mkdir -p "$root/tmp/.X11-unix" && chmod 1777 "$root/tmp" "$root/tmp/.X11-unix"
DISPLAY_INSIDE=:97
person Xvfb :97 -screen 0 1280x900x24 -nolisten tcp -noreset >"$folder/xvfb.log" 2>&1 &
running+=($!)
for _ in $(seq 100); do
    person xdotool getmouselocation >/dev/null 2>&1 && break
    sleep 0.1
done
person openbox >/dev/null 2>&1 &
running+=($!)
begun=$(date +%s%N)
person whetstone >"$folder/window.log" 2>&1 &
running+=($!)
window=
for _ in $(seq 300); do
    window=$(person xdotool search --onlyvisible --name Whetstone 2>/dev/null | head -1) && [ -n "$window" ] && break
    sleep 0.05
done
[ -n "$window" ] || { cat "$folder/window.log" >&2; fail "no window"; }
echo "the window is there after $((($(date +%s%N) - begun) / 1000000)) ms"
person xdotool windowmove "$window" 20 40
person xdotool windowactivate --sync "$window"

keys() { person xdotool key --clearmodifiers "$@"; }
main() { keys ctrl+Return; }
# The list of steps on the left: the middle of its first entry, and the distance of entries.
go() {
    person xdotool mousemove --window "$window" 100 $((103 + 42 * $1)) click 1
    sleep 1
}
picture() {
    person import -window "$window" "/home/ada/$1.png" && cp "$root/home/ada/$1.png" "$pictures/"
}
projects=$root/home/ada/.local/share/whetstone/projects
# Whether a stage of the project is done.
is_done() { person whetstone status "/home/ada/.local/share/whetstone/projects/$project" 2>/dev/null | grep -q "done  round 1: $1"; }
has_file() { find "$projects/$project/$1" -name adapter_model.safetensors 2>/dev/null | grep -q .; }
# Waits until a command holds.
wait_for() {
    local what=$1
    shift
    for _ in $(seq 600); do
        if "$@"; then
            echo "$what"
            sleep 2
            return
        fi
        sleep 0.5
    done
    picture failed
    fail "$what: not after five minutes"
}

sleep 2
picture start
main
has_project() { project=$(ls "$projects" 2>/dev/null | head -1) && [ -n "$project" ]; }
wait_for "the example" has_project
go 4
main
wait_for "the answers" is_done "Let the model answer"
go 5
person xdotool type Ada
sleep 1
main
sleep 1
picture labelling
judge() {
    person xdotool key --delay 40 1 2 3 2 1 4 1 2
    is_done "People judge the answers"
}
wait_for "the verdicts" judge
go 6
main
wait_for "the adapter" is_done "Train the adapter"
picture trained
go 7
main
wait_for "the comparison of old and new" is_done "Compare old and new"
go 7
picture compared
go 8
main
wait_for "the export" has_file exports
sleep 1
picture exported
keys alt+F4
sleep 2

step "Removal"
end
running=()
mount -t proc proc "$root/proc"
inside apt-get purge -y -qq whetstone >"$folder/removal.log" 2>&1
grep -A6 'Whetstone was removed' "$folder/removal.log" || fail "it does not say where the user's own is"
# With the tools of this test and what came for them and for it gone too, the Debian is what it was: what is new belongs
# to a package that is still there.
inside apt-get autoremove -y -qq --purge xvfb openbox xdotool imagemagick >"$folder/autoremoval.log" 2>&1
files >"$folder/after"
inside sh -c 'cat /var/lib/dpkg/info/*.list' | sort -u >"$folder/owned"
left=$(comm -13 "$folder/before" "$folder/after" | comm -23 - "$folder/owned")
[ -z "$left" ] || fail "left behind: $left"
gone=$(comm -23 "$folder/before" "$folder/after")
[ -z "$gone" ] || fail "no longer there: $gone"
echo "outside the user's own folder nothing is left, and nothing is missing"
[ -e "$projects/$project/project.db" ] || fail "the user's project is gone"
echo "the project, the settings and the demo are still there: $(du -sh "$root/home/ada" | cut -f1)"

step "All of it went well"
