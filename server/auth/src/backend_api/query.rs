//! The query string of a list.

use thyra_wire::Timestamp;

use super::param::ParamError;

/// How many entries a page has when nothing else is asked for.
const DEFAULT_LIMIT: u32 = 10;

/// How many entries a page has at most.
const MAX_LIMIT: u32 = 500;

/// How many values one filter takes.
const MAX_VALUES: usize = 100;

/// How long one value may be, in bytes.
const MAX_VALUE_LENGTH: usize = 320;

/// The parameters that were not taken yet.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub limit: u32,
    pub offset: u32,
}

impl Query {
    /// Of a query string without its question mark.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(
            pairs
                .map(|(name, value)| (base_name(&name), value.into_owned()))
                .collect(),
        )
    }

    /// Which part of the list is asked for.
    pub(crate) fn page(&mut self) -> Result<Page, ParamError> {
        let limit = self.number("limit")?.unwrap_or(DEFAULT_LIMIT);
        let offset = self.number("offset")?.unwrap_or(0);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(ParamError::value("limit"));
        }
        Ok(Page { limit, offset })
    }

    /// One value; a second one is refused.
    pub(crate) fn one(&mut self, name: &str) -> Result<Option<String>, ParamError> {
        let mut values = self.many(name)?;
        let value = values.pop();
        if !values.is_empty() {
            return Err(ParamError::unknown(name));
        }
        Ok(value)
    }

    /// All values of a repeated parameter.
    pub(crate) fn many(&mut self, name: &str) -> Result<Vec<String>, ParamError> {
        let mut values = Vec::new();
        self.0.retain_mut(|(known, value)| {
            let is_other = known != name;
            if !is_other {
                values.push(std::mem::take(value));
            }
            is_other
        });
        if values.len() > MAX_VALUES || values.iter().any(|value| value.len() > MAX_VALUE_LENGTH) {
            return Err(ParamError::too_long(name));
        }
        Ok(values)
    }

    /// A point in time, in milliseconds.
    pub(crate) fn time(&mut self, name: &str) -> Result<Option<Timestamp>, ParamError> {
        let parse = |text: String| text.parse().map_err(|_| ParamError::format(name));
        let millis: Option<i64> = self.one(name)?.map(parse).transpose()?;
        Ok(millis.map(Timestamp::from_millis))
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<(), ParamError> {
        match self.0.first() {
            Some((name, _)) => Err(ParamError::unknown(name)),
            None => Ok(()),
        }
    }

    fn number(&mut self, name: &str) -> Result<Option<u32>, ParamError> {
        let parse = |text: String| text.parse().map_err(|_| ParamError::format(name));
        self.one(name)?.map(parse).transpose()
    }
}

/// `user_id[]` is another spelling of `user_id`.
fn base_name(name: &str) -> String {
    name.strip_suffix("[]").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_defaults_and_bounds() {
        let page = |text| Query::parse(text).page();

        assert_eq!(
            page(""),
            Ok(Page {
                limit: 10,
                offset: 0
            })
        );
        assert_eq!(
            page("limit=500&offset=7"),
            Ok(Page {
                limit: 500,
                offset: 7
            })
        );
        assert_eq!(page("limit=501"), Err(ParamError::value("limit")));
        assert_eq!(page("limit=0"), Err(ParamError::value("limit")));
        for wrong in ["limit=", "limit=-1", "limit=1e3", "limit=99999999999"] {
            assert_eq!(page(wrong), Err(ParamError::format("limit")), "{wrong}");
        }
        assert_eq!(page("limit=1&limit=2"), Err(ParamError::unknown("limit")));
    }

    #[test]
    fn repeated_values_come_in_both_spellings() {
        let mut query = Query::parse("user_id=a&user_id[]=b&user_id%5B%5D=c");

        assert_eq!(query.many("user_id").unwrap(), ["a", "b", "c"]);
        assert_eq!(query.finish(), Ok(()));
    }

    #[test]
    fn a_parameter_that_nobody_took_is_refused() {
        let query = Query::parse("x=1%00%ff");

        assert_eq!(query.finish(), Err(ParamError::unknown("x")));
    }

    #[test]
    fn endless_lists_and_values_are_refused() {
        let many = "user_id=a&".repeat(101);
        assert!(Query::parse(&many).many("user_id").is_err());
        let long = format!("user_id={}", "a".repeat(321));
        assert!(Query::parse(&long).many("user_id").is_err());
    }
}
