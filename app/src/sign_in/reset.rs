//! `signIn.reset()`.

use super::SignInFuture;

impl SignInFuture {
    /// Forgets the current sign-in and its error. Nothing is sent, and the fetch status stays as it is; the next
    /// call begins anew.
    ///
    /// # Server rendering
    /// Clears the state of the page that is being rendered.
    pub fn reset(&self) {
        self.context.sign_in.reset();
    }
}
