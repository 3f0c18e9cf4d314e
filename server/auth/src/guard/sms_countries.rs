//! To which countries codes are sent.
//!
//! Whoever earns by the calls to some numbers has codes sent to them, at our cost: the more countries, the more such numbers.
//! Without a list it is the sender's own country. What stays in the development outbox costs nothing, and goes anywhere.

use crate::phone_number::{country_of, is_country, is_test_number};
use crate::settings::Settings;

/// A list of countries that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sms_countries: read {read}; expected {expected}")]
pub(crate) struct CountriesError {
    read: String,
    expected: &'static str,
}

/// Whether codes are sent to this number.
pub(crate) fn takes_codes(settings: &Settings, number: &str) -> bool {
    if settings.sms_url.is_none() || (settings.test_codes && is_test_number(number)) {
        return true;
    }
    let Some(country) = country_of(number) else {
        return false;
    };
    let listed = &settings.sms_countries;
    listed.contains(&country)
        || (listed.is_empty() && own_countries(settings).any(|own| own == country))
}

/// The countries of the numbers that messages come from.
fn own_countries(settings: &Settings) -> impl Iterator<Item = String> {
    let senders = [&settings.sms_from, &settings.whatsapp_from];
    senders
        .into_iter()
        .flatten()
        .filter_map(|sender| country_of(sender))
}

/// Refuses countries that nobody can be called in, and a list that cannot be known.
pub(crate) fn check_countries(settings: &Settings) -> Result<(), CountriesError> {
    let listed = &settings.sms_countries;
    if listed.is_empty() && own_countries(settings).next().is_none() {
        return Err(CountriesError {
            read: "nothing, and the sender is no number of a country".to_owned(),
            expected: "the countries to send to, such as US, CA",
        });
    }
    let unknown = listed.iter().find(|listed| !is_country(listed));
    match unknown {
        Some(unknown) => Err(CountriesError {
            read: format!("{unknown:?}"),
            expected: "two letters of each country, such as US, CA",
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending_from(sms_from: &str, countries: &[&str]) -> Settings {
        let mut settings = Settings::development("http://localhost:3000", "sqlite:thyra.db");
        settings.sms_url = Some("https://a:b@sms.example/Messages.json".into());
        settings.sms_from = Some(sms_from.to_owned());
        settings.sms_countries = countries
            .iter()
            .map(|country| (*country).to_owned())
            .collect();
        settings
    }

    #[test]
    fn sec_c07_codes_go_to_the_listed_countries_or_the_senders_own() {
        let (american, canadian, german) = ("+12125550199", "+16135550199", "+493022732152");
        let takes = |settings: &Settings| {
            [american, canadian, german].map(|number| takes_codes(settings, number))
        };
        let without_test_numbers = |mut settings: Settings| {
            settings.test_codes = false;
            settings
        };

        let own = without_test_numbers(sending_from("+493022732152", &[]));
        assert_eq!(takes(&own), [false, false, true]);
        let listed = without_test_numbers(sending_from("+493022732152", &["US", "CA"]));
        assert_eq!(takes(&listed), [true, true, false]);
        let with_test_numbers = sending_from("+493022732152", &[]);
        assert_eq!(takes(&with_test_numbers), [true, true, true]);
        let nothing_leaves = Settings::development("http://localhost:3000", "sqlite:thyra.db");
        assert_eq!(takes(&nothing_leaves), [true, true, true]);
    }

    #[test]
    fn countries_that_cannot_be_are_refused_and_named() {
        assert_eq!(check_countries(&sending_from("+493022732152", &[])), Ok(()));
        assert_eq!(
            check_countries(&sending_from("Acme", &["DE", "GB"])),
            Ok(())
        );
        for (from, countries, named) in [
            ("Acme", &[][..], "no number"),
            ("MG0123", &[], "no number"),
            ("+493022732152", &["DE", "ZZ"], "ZZ"),
            ("+493022732152", &["de"], "de"),
            ("+493022732152", &["001"], "001"),
        ] {
            let error = check_countries(&sending_from(from, countries))
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("sms_countries: ") && error.contains(named),
                "{error}"
            );
        }
    }
}
