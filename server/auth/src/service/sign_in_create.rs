//! The beginning of a sign-in: who is it, and how can they prove it.

use thyra_wire::{ErrorCode, Factor, UserData};

use super::{OldCookie, SessionService, SignInService, Visit};
use crate::error::ApiError;
use crate::flow::{Event, Level, SignIn, Subject};
use crate::identifier::Identifier;
use crate::params::Params;
use crate::settings::SignUpMode;
use crate::store::{Connection, Durability, StoreError, User, attempts, users};
use crate::strategy;
use crate::token::growing_id;

impl SignInService<'_> {
    /// Begins an attempt; with a password or a ticket, tries it at once; with a strategy that sends something, sends it at once.
    pub(crate) async fn create(
        &self,
        visit: &mut Visit,
        request: &Params,
    ) -> Result<SignIn, ApiError> {
        let identifier = request.text("identifier")?;
        let has_password = request.secret("password")?.is_some();
        let name = request.text("strategy")?;
        let name = name.map(|name| thyra_wire::Strategy::from(name.as_str()));
        let strategy = name
            .as_ref()
            .map(|name| strategy::find(&self.0.strategies, name))
            .transpose()?;
        let answered = match strategy {
            _ if has_password => Some(thyra_wire::Strategy::Password),
            Some(strategy) if strategy.is_answered_at_once() => {
                // What cannot be an answer begins nothing.
                strategy.check(self.0.tools(), request)?;
                name.clone()
            }
            _ => None,
        };
        let may_sign_up = request.flag("sign_up_if_missing")? == Some(true)
            && self.0.settings.sign_up == SignUpMode::Public;
        self.refuse_when_signed_in(visit).await?;
        let begun = match &identifier {
            Some(identifier) => {
                let identified = self.identify(identifier, may_sign_up).await;
                if let Err(error) = &identified
                    && *error.code() == ErrorCode::FormIdentifierNotFound
                {
                    self.note_failure(visit, identifier);
                }
                Some(identified?)
            }
            None if has_password => {
                return Err(ApiError::of(ErrorCode::FormParamNil, "identifier"));
            }
            None => strategy
                .zip(name.as_ref())
                .and_then(|(strategy, name)| strategy.opening(name))
                .map(|factor| (Event::Opened { factor }, None)),
        };
        let attempt = self.insert(visit, begun).await?;
        if let Some(strategy) = answered {
            let factor = self.factor(&attempt, Level::First, &strategy, None)?;
            self.check(&strategy, request)?;
            let open = self.open(visit, &attempt.id).await?;
            return self.prove(visit, open, Level::First, factor, request).await;
        }
        match (strategy, name) {
            (Some(strategy), Some(name))
                if strategy.is_prepared() && !attempt.factors(Level::First).is_empty() =>
            {
                let factor = self.factor(&attempt, Level::First, &name, None)?;
                let open = self.open(visit, &attempt.id).await?;
                self.prepare(visit, open, Level::First, factor, request)
                    .await
            }
            _ => Ok(attempt),
        }
    }

    async fn refuse_when_signed_in(&self, visit: &Visit) -> Result<(), ApiError> {
        let Some(client) = &visit.client else {
            return Ok(());
        };
        match SessionService(self.0)
            .live(client, visit.now)
            .await?
            .first()
        {
            Some((session, _)) => {
                Err(ApiError::new(ErrorCode::SessionExists).with_session(&session.id))
            }
            None => Ok(()),
        }
    }

    /// Who has the identifier, and how they can prove it. Whoever may sign up proves an address that nobody has.
    async fn identify(
        &self,
        typed: &str,
        may_sign_up: bool,
    ) -> Result<(Event, Option<UserData>), ApiError> {
        let identifier = Identifier::parse(typed, &self.0.settings)?;
        let may_sign_up = may_sign_up && matches!(identifier, Identifier::Email(_));
        let mut db = self.0.store.read_snapshot().await?;
        let user = look_up(&mut db, &identifier).await?;
        let is_strict = self.0.is_strict();
        if user.is_none() && !is_strict && !may_sign_up {
            return Err(ApiError::of(
                ErrorCode::FormIdentifierNotFound,
                "identifier",
            ));
        }
        let typed = Some(&identifier);
        let first_factors = match &user {
            Some(user) if !is_strict => self.factors_of(&mut db, user, typed, Level::First).await?,
            user => {
                let mut factors = self.undistinguishable_factors(user.as_ref(), &identifier);
                if !is_strict {
                    factors.retain(proves_an_address);
                }
                factors
            }
        };
        let second_factors = match &user {
            Some(user) => self.factors_of(&mut db, user, typed, Level::Second).await?,
            None => Vec::new(),
        };
        let event = Event::Identified {
            identifier: identifier.as_str().to_owned(),
            second_factors,
            subject: match &user {
                Some(user) => Subject::User(user.id.clone()),
                None if may_sign_up => Subject::Newcomer,
                None => Subject::Nobody,
            },
            first_factors,
            trust_factors: Vec::new(),
        };
        let user_data = user.filter(|_| !is_strict).map(|user| user_data(&user));
        Ok((event, user_data))
    }

    /// What anybody with such an identifier could have; with the user's own ids where there is a user, because those
    /// are what codes are sent to, and nobody can tell them from made-up ones.
    fn undistinguishable_factors(
        &self,
        user: Option<&User>,
        identifier: &Identifier,
    ) -> Vec<Factor> {
        let decoys = self
            .0
            .strategies
            .iter()
            .flat_map(|strategy| strategy.decoys(self.0.tools(), identifier, Level::First));
        decoys
            .map(|factor| match user {
                Some(user) => with_own_id(factor, user, identifier),
                None => factor,
            })
            .collect()
    }

    async fn insert(
        &self,
        visit: &mut Visit,
        identified: Option<(Event, Option<UserData>)>,
    ) -> Result<SignIn, ApiError> {
        let mut db = self.0.store.write().await?;
        visit.refresh_or_forget_client(&mut db).await?;
        visit.rotate_token(self.0, &mut db, OldCookie::Dies).await?;
        let client_id = visit.ensure_client(self.0, &mut db).await?;
        let mut attempt = SignIn::new(growing_id("sia_", visit.now), client_id, visit.now);
        if let Some((event, user_data)) = identified {
            attempt = attempt
                .apply(event, visit.now)
                .map_err(super::sign_in::refused)?
                .0;
            attempt.user_data = user_data;
        }
        attempts::insert(&mut db, &attempt, visit.now).await?;
        visit.changes.sign_in = Some(attempt.clone());
        if let Some(client) = &mut visit.client {
            client.sign_in_id = Some(attempt.id.clone());
        }
        visit.save_client(&mut db).await?;
        visit.commit(db, Durability::Attempt).await?;
        Ok(attempt)
    }
}

/// Whether somebody without an account can prove their address by it.
fn proves_an_address(factor: &Factor) -> bool {
    matches!(
        factor.strategy,
        thyra_wire::Strategy::EmailCode | thyra_wire::Strategy::EmailLink
    )
}

/// The factor with the id of the user's own address or number in the place of the made-up one.
fn with_own_id(mut factor: Factor, user: &User, identifier: &Identifier) -> Factor {
    let typed = identifier.as_str();
    let mut addresses = user.email_addresses.iter();
    let mut numbers = user.phone_numbers.iter();
    if let Some(id) = &mut factor.email_address_id
        && let Some(own) = addresses.find(|address| address.email_address == typed)
    {
        id.clone_from(&own.id);
    }
    if let Some(id) = &mut factor.phone_number_id
        && let Some(own) = numbers.find(|number| number.phone_number == typed)
    {
        id.clone_from(&own.id);
    }
    factor
}

async fn look_up(db: &mut Connection, identifier: &Identifier) -> Result<Option<User>, StoreError> {
    match identifier {
        Identifier::Email(address) => users::by_email_address(db, address).await,
        Identifier::Username(username) => users::by_username(db, username).await,
        Identifier::PhoneNumber(number) => users::by_phone_number(db, number).await,
    }
}

/// What a sign-in shows of the user.
pub(super) fn user_data(user: &User) -> UserData {
    UserData {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        image_url: None,
        has_image: false,
    }
}
