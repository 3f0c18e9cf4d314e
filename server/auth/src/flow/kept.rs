//! How attempts are kept: each kind in a table of its own.

use super::{SignIn, SignUp};
use crate::store::attempts::{Attempt, SIGN_INS, SIGN_UPS, Statements};

impl Attempt for SignIn {
    const NAME: &'static str = "sign-in";
    const STATEMENTS: Statements = SIGN_INS;

    fn id(&self) -> &str {
        &self.id
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }
}

impl Attempt for SignUp {
    const NAME: &'static str = "sign-up";
    const STATEMENTS: Statements = SIGN_UPS;

    fn id(&self) -> &str {
        &self.id
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }
}
