//! Threads that stand ready while decoding.
//!
//! A decoding step is some hundred small operations one behind the other. To wake a sleeping thread for each costs as
//! much as the operation itself, so that for as long as a crew is there its threads watch for the next operation, and
//! sleep only when none has come for a while.
//!
//! Tasks are claimed one by one: a thread that the system has taken away from the processor holds up one task, not its
//! share of all. Each thread claims neighbouring tasks, as long as there are any, so that it goes on reading where it was.

use std::any::Any;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

/// How long a thread watches before it sleeps: longer than anything that the leader does by itself within a step.
const WATCH: Duration = Duration::from_micros(400);
/// Looks between two looks at the clock.
const LOOKS: usize = 256;

/// One operation, cut into tasks. It lies on the leader's stack.
struct Operation<'a> {
    work: &'a (dyn Fn(usize) + Sync),
    tasks: usize,
}

/// What the leader and its helpers share.
struct Crew {
    /// Tasks of the operation that nobody has claimed.
    unclaimed: AtomicUsize,
    /// For each thread the first task of its share that nobody has taken; beyond the share's end when none is left.
    next: Vec<AtomicUsize>,
    /// Tasks of the operation that are done.
    done: AtomicUsize,
    /// The operation; read only by who has claimed a task of it, before it counts that task as done.
    operation: AtomicPtr<()>,
    sleeping: AtomicUsize,
    is_over: AtomicBool,
    door: Mutex<()>,
    bell: Condvar,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

thread_local! {
    /// The crew that this thread leads.
    static LED: Cell<Option<*const Crew>> = const { Cell::new(None) };
    /// Whether this thread is in a task of a crew.
    static IN_TASK: Cell<bool> = const { Cell::new(false) };
}

/// Calls `work`; meanwhile [`share`] on this thread deals out tasks to `threads` threads, this one among them.
pub fn with<R>(threads: usize, work: impl FnOnce() -> R) -> R {
    if threads < 2 || LED.get().is_some() || IN_TASK.get() {
        return work();
    }
    let crew = Crew {
        unclaimed: AtomicUsize::new(0),
        next: (0..threads).map(|_| AtomicUsize::new(0)).collect(),
        done: AtomicUsize::new(0),
        operation: AtomicPtr::default(),
        sleeping: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
        door: Mutex::new(()),
        bell: Condvar::new(),
        panic: Mutex::new(None),
    };
    let crew = &crew;
    std::thread::scope(|scope| {
        // Dropped on the way out, by a panic too: else the scope would wait for helpers that nobody sends home.
        let lead = Lead::new(crew);
        for index in 1..threads {
            let builder = std::thread::Builder::new().name(format!("whetstone-decode-{index}"));
            if builder.spawn_scoped(scope, move || crew.help(index)).is_err() {
                break;
            }
        }
        let result = work();
        drop(lead);
        result
    })
}

/// Calls `work` with every number below `tasks`, on all threads of the crew that this thread leads; where it leads none,
/// on all threads of its pool.
pub fn share(tasks: usize, work: impl Fn(usize) + Sync) {
    if tasks < 2 || IN_TASK.get() {
        (0..tasks).for_each(work);
    } else if let Some(crew) = LED.get() {
        // SAFETY: `with` keeps the crew for as long as it stands in `LED` of this thread.
        unsafe { &*crew }.run(&Operation { work: &work, tasks });
    } else {
        (0..tasks).into_par_iter().for_each(&work);
    }
}

/// Whether this thread leads a crew, so that small operations are worth sharing too.
pub fn is_led() -> bool {
    LED.get().is_some() && !IN_TASK.get()
}

/// While it is there its thread leads a crew.
struct Lead<'a>(&'a Crew);

impl<'a> Lead<'a> {
    fn new(crew: &'a Crew) -> Self {
        LED.set(Some(crew));
        Self(crew)
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        LED.set(None);
        self.0.is_over.store(true, Ordering::SeqCst);
        self.0.ring();
    }
}

impl Crew {
    /// Has an operation done, and waits for it.
    fn run(&self, operation: &Operation<'_>) {
        self.done.store(0, Ordering::Relaxed);
        for (thread, next) in self.next.iter().enumerate() {
            next.store(self.share_of(thread, operation).start, Ordering::Relaxed);
        }
        self.operation.store(std::ptr::from_ref(operation).cast_mut().cast(), Ordering::Relaxed);
        self.unclaimed.store(operation.tasks, Ordering::SeqCst);
        if self.sleeping.load(Ordering::SeqCst) > 0 {
            self.ring();
        }
        while self.do_one(0) {}
        let mut looks = 0;
        while self.done.load(Ordering::Acquire) < operation.tasks {
            looks += 1;
            pause(looks);
        }
        let panic = self.panic.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// The tasks that are first of all a thread's.
    fn share_of(&self, thread: usize, operation: &Operation<'_>) -> Range<usize> {
        let threads = self.next.len();
        operation.tasks * thread / threads..operation.tasks * (thread + 1) / threads
    }

    /// Takes a task that is claimed: of the thread's own share, else of the others'. As many are left as are claimed and
    /// not taken, so that there is one.
    fn take(&self, thread: usize, operation: &Operation<'_>) -> Option<usize> {
        let threads = self.next.len();
        (0..threads).map(|further| (thread + further) % threads).find_map(|thread| {
            let task = self.next[thread].fetch_add(1, Ordering::Relaxed);
            (task < self.share_of(thread, operation).end).then_some(task)
        })
    }

    /// Claims a task and does it; `false` where none is left.
    fn do_one(&self, thread: usize) -> bool {
        let mut unclaimed = self.unclaimed.load(Ordering::Relaxed);
        loop {
            if unclaimed == 0 {
                return false;
            }
            let claim =
                self.unclaimed.compare_exchange_weak(unclaimed, unclaimed - 1, Ordering::Acquire, Ordering::Relaxed);
            match claim {
                Ok(_) => break,
                Err(now) => unclaimed = now,
            }
        }
        // SAFETY: a task of the operation that stands there is claimed and not done, so its leader waits for it, and the
        // operation, with whatever its work borrows, is still there.
        let operation = unsafe { &*self.operation.load(Ordering::Relaxed).cast::<Operation<'_>>() };
        IN_TASK.set(true);
        let result = catch_unwind(AssertUnwindSafe(|| {
            if let Some(task) = self.take(thread, operation) {
                (operation.work)(task);
            }
        }));
        IN_TASK.set(false);
        if let Err(panic) = result {
            *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
        }
        self.done.fetch_add(1, Ordering::Release);
        true
    }

    /// A helper's life.
    fn help(&self, thread: usize) {
        loop {
            let mut begun = None;
            let mut looks = 0;
            while !self.do_one(thread) {
                if self.is_over.load(Ordering::Relaxed) {
                    return;
                }
                looks += 1;
                pause(looks);
                if looks.is_multiple_of(LOOKS) && begun.get_or_insert_with(Instant::now).elapsed() > WATCH {
                    self.sleep();
                    (begun, looks) = (None, 0);
                }
            }
        }
    }

    /// Sleeps until there is a task, or no more will come.
    fn sleep(&self) {
        let mut door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleeping.fetch_add(1, Ordering::SeqCst);
        // The leader first puts tasks up and then looks for sleepers; here it is the other way round, so that one of the
        // two sees the other.
        while self.unclaimed.load(Ordering::SeqCst) == 0 && !self.is_over.load(Ordering::SeqCst) {
            door = self.bell.wait(door).unwrap_or_else(PoisonError::into_inner);
        }
        self.sleeping.fetch_sub(1, Ordering::SeqCst);
    }

    fn ring(&self) {
        let door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        self.bell.notify_all();
        drop(door);
    }
}

/// A moment of waiting; from time to time others may have the processor.
fn pause(looks: usize) {
    if looks.is_multiple_of(LOOKS) {
        std::thread::yield_now();
    } else {
        std::hint::spin_loop();
    }
}

/// Some columns of row-major rows, written by one task.
#[derive(Debug)]
pub struct Columns<'a> {
    first: *mut f32,
    stride: usize,
    rows: usize,
    width: usize,
    lives: PhantomData<&'a mut f32>,
}

impl Columns<'_> {
    /// How many there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Their part of a row.
    pub fn row(&mut self, row: usize) -> &mut [f32] {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        // SAFETY: the row is one of those that `share_columns` was given, the columns are this task's alone, and the
        // borrow of `self` keeps a second slice away.
        unsafe { std::slice::from_raw_parts_mut(self.first.add(row * self.stride), self.width) }
    }

    /// Fills them with a block \[rows, width\], or adds it.
    pub fn put(&mut self, block: &[f32], accumulate: bool) {
        for (row, results) in block.chunks_exact(self.width.max(1)).enumerate() {
            let target = self.row(row);
            if accumulate {
                super::vector::add_scaled(target, 1.0, results);
            } else {
                target.copy_from_slice(results);
            }
        }
    }
}

/// The first value of a matrix that tasks write disjoint columns of.
#[derive(Clone, Copy)]
struct Target(*mut f32);

// SAFETY: `share_columns` gives each task columns of its own.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    fn column(self, column: usize) -> *mut f32 {
        self.0.wrapping_add(column)
    }
}

/// Deals out the columns of `y` \[rows, outputs\] to tasks, from each of `starts` (ascending, the first 0) to the next;
/// see [`share`].
pub fn share_columns(y: &mut [f32], rows: usize, starts: &[usize], work: impl Fn(usize, Columns<'_>) + Sync) {
    let outputs = y.len().checked_div(rows).unwrap_or(0);
    let ascend = starts.is_sorted() && starts.last().is_none_or(|&last| last <= outputs);
    assert!(y.len() == rows * outputs && ascend, "columns that overlap or do not fit");
    let target = Target(y.as_mut_ptr());
    share(starts.len(), |task| {
        let start = starts[task];
        let end = starts.get(task + 1).copied().unwrap_or(outputs);
        let columns =
            Columns { first: target.column(start), stride: outputs, rows, width: end - start, lives: PhantomData };
        work(task, columns);
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    fn each_task_is_done_once(tasks: usize) {
        let counts: Vec<AtomicU32> = (0..tasks).map(|_| AtomicU32::new(0)).collect();
        share(tasks, |task| {
            counts[task].fetch_add(1, Ordering::Relaxed);
        });
        assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
    }

    #[test]
    fn every_task_is_done_once_awake_or_asleep() {
        for threads in [1, 2, 3, 5] {
            with(threads, || {
                assert_eq!(is_led(), threads > 1);
                for round in 0..2000 {
                    each_task_is_done_once(round % 23);
                    if round % 500 == 0 {
                        std::thread::sleep(3 * WATCH);
                    }
                }
                // A crew within a crew, and tasks within tasks.
                with(threads, || each_task_is_done_once(9));
                share(3, |_| each_task_is_done_once(4));
                assert_eq!(is_led(), threads > 1);
            });
            assert!(!is_led());
        }
        each_task_is_done_once(10);
    }

    #[test]
    fn a_panic_in_a_task_reaches_the_leader_and_the_crew_goes_home() {
        for culprit in 0..6 {
            let result = catch_unwind(|| {
                with(3, || {
                    share(6, |task| assert!(task != culprit, "task {task}"));
                });
            });
            let panic = result.expect_err("a panic");
            let said = panic.downcast_ref::<String>().expect("words");
            assert_eq!(*said, format!("task {culprit}"));
            assert!(!is_led() && !IN_TASK.get());
        }
    }

    #[test]
    fn columns_are_dealt_out_without_overlap() {
        for (rows, outputs, starts) in [(1, 10, vec![0, 3, 9]), (4, 10, vec![0, 0, 7, 10]), (3, 1, vec![0])] {
            let mut y = vec![1.0; rows * outputs];
            share_columns(&mut y, rows, &starts, |task, mut columns| {
                let block = vec![task as f32; rows * columns.width()];
                columns.put(&block, true);
            });
            for (place, got) in y.iter().enumerate() {
                let task = starts.iter().rposition(|&start| start <= place % outputs).expect("a task");
                assert!((got - 1.0 - task as f32).abs() < 1e-6, "place {place} of {starts:?}: {got}");
            }
        }
        let refused = catch_unwind(|| share_columns(&mut [0.0; 4], 2, &[0, 3], |_, _| ()));
        assert!(refused.is_err(), "two columns have no fourth");
    }
}
