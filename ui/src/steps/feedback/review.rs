//! What waits for a person's look.

use whetstone_core::feedback::people::ReviewReason;

/// What the words' file calls a reason.
pub(super) fn id_of(why: ReviewReason) -> &'static str {
    match why {
        ReviewReason::PeopleDisagree => "people-disagree",
        ReviewReason::MachinesDisagree => "machines-disagree",
        ReviewReason::MachineTie => "machine-tie",
        ReviewReason::LowMargin => "low-margin",
    }
}
