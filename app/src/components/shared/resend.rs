//! Sending a code once more.
//!
//! The wait counts down to a time of the server's: when the code was sent, plus thirty seconds. So a reload does not
//! begin it anew, and a wrong clock in the browser does not stretch it. Those who listen hear when it is over, not every
//! second of it. The server has the last word; the wait only keeps people from asking in vain.
//!
//! When a code was sent, its end says, where codes live as long as ours do. Another API's may live shorter or longer: then
//! it is the moment at which the page learnt of the code.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use thyra_wire::Timestamp;

use super::otp::clear_code;
use super::{Announcer, Shell, StepForm};
use crate::i18n::{fill, use_texts};
use crate::use_auth_context;
use crate::{Flow, FormAction};

/// How long a code of ours is valid: what its end says about when it was sent.
const CODE_LIFETIME: Duration = Duration::from_secs(600);

/// How long to wait before the next code.
const WAIT: Duration = Duration::from_secs(30);

/// Sends a code once more, after a wait.
#[component]
pub(crate) fn Resend(
    /// What sends it.
    action: FormAction,
    /// Where the component is mounted.
    flow: Flow,
    /// When the code that was sent ends.
    #[prop(into)]
    expires_at: Signal<Option<Timestamp>>,
    /// Where the code goes, for the announcement.
    address: String,
) -> impl IntoView {
    let texts = use_texts();
    let remaining = use_countdown(expires_at);
    // Without scripts nothing would ever say that the wait is over: then the server alone decides.
    let can_count = RwSignal::new(false);
    Effect::new(move || can_count.set(true));
    let is_waiting = Memo::new(move |_| can_count.get() && remaining.get() > 0);
    announce(action, is_waiting, address);
    let wait = move || {
        fill(
            texts.common.resend_wait,
            &[("seconds", &remaining.get().to_string())],
        )
    };
    view! {
        <StepForm action=action flow=flow class="thyra-resend" is_blocked=is_waiting>
            <span class="thyra-resend-question">{texts.common.resend_question}</span>
            <button type="submit" class="thyra-link" data-thyra-part="resend" aria-disabled=move || is_waiting.get().then_some("true")>
                <span class="thyra-resend-wait" aria-hidden="true" hidden=move || remaining.get() == 0>{wait}</span>
                <span class="thyra-resend-now">{texts.common.resend}</span>
            </button>
        </StepForm>
    }
}

/// Says that a code was sent, and that another one can be asked for.
fn announce(action: FormAction, is_waiting: Memo<bool>, address: String) {
    let texts = use_texts();
    let announcer = use_context::<Announcer>();
    let say = move |text: String| {
        if let Some(announcer) = announcer {
            announcer.say(text);
        }
    };
    let shell = Shell::expect();
    Effect::new(move |_| {
        if action.value().with(|value| matches!(value, Some(Ok(_)))) {
            clear_code(shell);
            say(fill(texts.common.code_sent, &[("address", &address)]));
        }
    });
    Effect::new(move |was_waiting: Option<bool>| {
        let is_waiting = is_waiting.get();
        if was_waiting == Some(true) && !is_waiting {
            say(texts.common.resend_ready.to_owned());
        }
        is_waiting
    });
}

/// The seconds left, once a second. The first frame is the server's, in the browser too.
fn use_countdown(expires_at: Signal<Option<Timestamp>>) -> Signal<u64> {
    let context = use_auth_context();
    let loaded_at = untrack(|| context.loaded_at());
    let now = RwSignal::new(loaded_at);
    Effect::new(move |_| {
        let tick = move || now.set(loaded_at + time_since_load());
        tick();
        if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    let sent = RwSignal::new(untrack(|| sent_at(expires_at.get(), loaded_at)));
    Effect::new(move |before: Option<Option<Timestamp>>| {
        let (expires_at, now) = (expires_at.get(), loaded_at + time_since_load());
        match before {
            None => sent.set(sent_at(expires_at, now)),
            Some(before) if before != expires_at => sent.set(expires_at.map(|_| now)),
            Some(_) => {}
        }
        expires_at
    });
    Signal::derive(move || seconds_left(sent.get(), now.get()))
}

/// How long the page has been there. Measured from the request on, as the server's time at the answer was: what lies
/// between is less than the second that the countdown shows.
fn time_since_load() -> Duration {
    let millis = window()
        .performance()
        .map_or(0.0, |performance| performance.now());
    Duration::from_millis(millis as u64)
}

/// When a code was sent that ends then, and that the page knows of now.
fn sent_at(expires_at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let sent_at = expires_at? - CODE_LIFETIME;
    // Nothing was sent in the future: the code lives longer than ours do.
    Some(sent_at.min(now))
}

fn seconds_left(sent_at: Option<Timestamp>, now: Timestamp) -> u64 {
    let Some(sent_at) = sent_at else {
        return 0;
    };
    // A clock that is far off must not lock anybody out.
    let left = (sent_at + WAIT).since(now).min(WAIT);
    left.as_millis().div_ceil(1000) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Timestamp = Timestamp::from_seconds(1_000);

    /// What is left of the wait for a code that lives this long, on a page that learns of it then, after a while.
    fn left(lifetime: u64, learnt: i64, after: u64) -> u64 {
        let learnt = Timestamp::from_seconds(learnt);
        let sent_at = sent_at(Some(SENT + Duration::from_secs(lifetime)), learnt);
        seconds_left(sent_at, learnt + Duration::from_secs(after))
    }

    #[test]
    fn the_wait_counts_from_when_the_code_was_sent() {
        let at = |seconds| left(600, seconds, 0);
        assert_eq!(
            [at(1_000), at(1_010), at(1_029), at(1_030), at(9_999)],
            [30, 20, 1, 0, 0]
        );
    }

    #[test]
    fn a_clock_far_behind_waits_no_longer_than_one_that_is_right() {
        assert_eq!(left(600, 0, 0), 30);
        assert_eq!(left(600, 0, 30), 0);
    }

    /// It used to say "30" for as long as the code lived longer than ours.
    #[test]
    fn the_wait_for_a_code_that_lives_longer_ends_as_well() {
        let after = |seconds| left(3_600, 1_000, seconds);
        assert_eq!([after(0), after(10), after(30)], [30, 20, 0]);
    }

    #[test]
    fn a_code_that_lives_shorter_keeps_nobody_waiting_who_arrives_later() {
        assert_eq!(left(300, 1_000, 0), 0);
    }

    #[test]
    fn without_a_code_there_is_nothing_to_wait_for() {
        assert_eq!(seconds_left(sent_at(None, SENT), SENT), 0);
    }
}
