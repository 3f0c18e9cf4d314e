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
    /// Everything that went wrong: one entry for each error of an answer that named at least one field, or one for the
    /// failure as a whole.
    pub raw: Option<Vec<AuthError>>,
    /// What belongs to no field.
    pub global: Option<Vec<AuthError>>,
}

/// The fields of a resource that can have an error of their own.
pub trait FieldErrors: Clone + Default + PartialEq + Send + Sync + 'static {
    /// Names one of the fields.
    type Field;

    /// Keeps the error when the field, given in the wire's snake case, is one of the resource's.
    fn keep(&mut self, field: &str, error: &ApiError);

    /// What is wrong with this field.
    fn of(&self, field: Self::Field) -> Option<&ApiError>;
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
                raw: Some(vec![error.clone()]),
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
            raw: Some(items.iter().cloned().map(AuthError::of).collect()),
            global: None,
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.raw.is_none()
    }

    /// The first error that no field of this resource shows: one that names none, or one that is not among them.
    pub fn first_general(&self) -> Option<&AuthError> {
        let has_place = |error: &&AuthError| {
            let mut fields = Fields::default();
            if let Some((name, item)) = error.field() {
                fields.keep(name, item);
            }
            fields != Fields::default()
        };
        self.raw.iter().flatten().find(|error| !has_place(error))
    }
}
