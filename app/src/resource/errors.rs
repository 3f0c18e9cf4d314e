//! The last error of a resource, sorted into what belongs to a field and what does not.

use thyra_wire::ApiError;

use crate::AuthError;

/// The last error of a resource, as a form needs it.
///
/// Either `fields` is filled (the auth API named at least one field) and `global` is `None`, or the other way
/// round. `raw` has everything in both cases, also errors of fields that the resource does not know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Errors<Fields> {
    /// The errors of the known fields.
    pub fields: Fields,
    /// Everything that went wrong, as it came.
    pub raw: Option<Vec<RawError>>,
    /// What belongs to no field.
    pub global: Option<Vec<AuthError>>,
}

/// One entry of [`Errors::raw`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RawError {
    /// One error of an answer that named at least one field.
    Item(ApiError),
    /// A failure as a whole: an answer that named no field, or no answer at all.
    Whole(AuthError),
}

/// The fields of a resource that can have an error of their own.
pub trait FieldErrors: Clone + Default + PartialEq + Send + Sync + 'static {
    /// Keeps the error when the field, given in the wire's snake case, is one of the resource's.
    fn keep(&mut self, field: &str, error: &ApiError);
}

impl<Fields: FieldErrors> Errors<Fields> {
    /// Sorts an error. `None` gives an empty result.
    pub fn sort(error: Option<&AuthError>) -> Self {
        let Some(error) = error else {
            return Self::default();
        };
        let items = error.api_errors();
        if !items.iter().any(|item| item.meta.param_name.is_some()) {
            return Self {
                fields: Fields::default(),
                raw: Some(vec![RawError::Whole(error.clone())]),
                global: Some(vec![error.clone()]),
            };
        }
        let mut fields = Fields::default();
        for item in items {
            if let Some(name) = item.meta.param_name.as_deref() {
                fields.keep(name, item);
            }
        }
        Self {
            fields,
            raw: Some(items.iter().cloned().map(RawError::Item).collect()),
            global: None,
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.raw.is_none()
    }
}
