//! The keys: one for each person or household, one for each stream's bodies, wrapped by a master
//! key that lies elsewhere.
//!
//! A new key is on disk, synced, before it is handed out: nothing is ever sealed under a key that a
//! power cut could take back. Erasing someone destroys her key by putting all others under a new
//! master key; copies of the file made before then open nothing. What may be told about someone
//! erased (age band, sex, kind of tag, township) is the caller's entry in the journal, written
//! before. Whoever loses this file or the master key has lost everything sealed: both have backups,
//! in hands of their own. Who may read what is decided above. Read next: `rotation.rs`.

mod bodies;
mod file;
mod master;
mod rotation;
mod sql;
mod wrap;

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use facts::Privacy;
use zeroize::Zeroizing;

use crate::body;
use crate::entry::{Envelope, Id, Name, Value};
use crate::fault::{Fault, FaultKind, NotTaken};
use crate::guard;
use crate::people::Vault;
use crate::seal::{self, Key, NotOpened, Place, Suite, draw_id};
use crate::writer::StreamId;

pub use bodies::Bodies;
pub use file::SCHEMA as KEYS_SCHEMA;
pub(crate) use file::{Columns, KeysFile};
pub(crate) use master::mac;
use rotation::{Erasure, Opened, Paths};
pub use rotation::{STEPS, Step};

/// Keys held in memory; more are read from the file again.
const HELD_MAX: usize = 100_000;

/// Where the keys lie and what new ones are for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeysSettings {
    /// The keys file; neither beside the journal's backup nor in it.
    pub path: PathBuf,
    /// The master key's file, best on a medium of its own.
    pub master: PathBuf,
    /// The suite of new keys.
    pub suite: Suite,
}

/// Whom a value speaks of: a person's or household's record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject {
    /// The form.
    pub form: Name,
    /// The record.
    pub record: Name,
}

/// Whose key it is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Subject(Subject),
    Bodies(StreamId, Suite),
    Purpose(&'static str),
}

impl Owner {
    fn columns(&self) -> Columns {
        let (form, record) = match self {
            Owner::Subject(subject) => (subject.form.to_string(), subject.record.to_string()),
            Owner::Bodies(stream, suite) => {
                (":stream".to_owned(), format!("{}.{}", stream.0, suite.byte()))
            }
            Owner::Purpose(purpose) => (":purpose".to_owned(), (*purpose).to_owned()),
        };
        Columns { form, record }
    }
}

/// A key and its id.
pub struct Held {
    /// The id, as envelopes name it.
    pub id: Id,
    /// The key.
    pub key: Key,
}

/// The open keys.
pub struct Keys {
    settings: KeysSettings,
    inner: Mutex<Inner>,
    stopped: OnceLock<Fault>,
    _lock: File,
}

pub(crate) struct Inner {
    // Gone only while an erasure exchanges it, or after one that failed.
    opened: Option<Opened>,
    by_owner: HashMap<Owner, Arc<Held>>,
    by_id: HashMap<Id, Arc<Held>>,
}

impl Keys {
    /// Makes an empty keys file, and a master key unless its file is there.
    pub fn create(settings: &KeysSettings) -> Result<Keys, Fault> {
        Keys::begin(settings, |paths| rotation::create(paths, settings.suite))
    }

    /// Opens the keys file that is there; finishes an erasure that was cut short.
    pub fn open(settings: &KeysSettings) -> Result<Keys, Fault> {
        Keys::begin(settings, rotation::open)
    }

    fn begin(
        settings: &KeysSettings,
        opens: impl FnOnce(&Paths<'_>) -> Result<Opened, Fault>,
    ) -> Result<Keys, Fault> {
        let lock = guard::lock(&settings.path)?;
        let opened = opens(&Paths { keys: &settings.path, master: &settings.master })?;
        let inner = Inner { opened: Some(opened), by_owner: HashMap::new(), by_id: HashMap::new() };
        let (inner, stopped) = (Mutex::new(inner), OnceLock::new());
        Ok(Keys { settings: settings.clone(), inner, stopped, _lock: lock })
    }

    /// The key of someone; a new one survives a power cut before this returns.
    pub fn of(&self, subject: &Subject) -> Result<Arc<Held>, Fault> {
        self.held(&Owner::Subject(subject.clone()))
    }

    /// The keys of several, in their order, synced once.
    pub fn of_all(&self, subjects: &[Subject]) -> Result<Vec<Arc<Held>>, Fault> {
        let owners: Vec<Owner> = subjects.iter().cloned().map(Owner::Subject).collect();
        self.with(|inner| inner.get_or_draw(&owners, self.settings.suite))
    }

    pub(crate) fn held(&self, owner: &Owner) -> Result<Arc<Held>, Fault> {
        self.with(|inner| {
            if let Some(held) = inner.by_owner.get(owner) {
                return Ok(Arc::clone(held));
            }
            let suite = match owner {
                Owner::Bodies(_, suite) => *suite,
                _ => self.settings.suite,
            };
            let drawn = inner.get_or_draw(std::slice::from_ref(owner), suite)?.pop();
            drawn.ok_or_else(Inner::gone)
        })
    }

    /// A key that is there already.
    pub(crate) fn known(&self, owner: &Owner) -> Result<Option<Arc<Held>>, Fault> {
        self.with(|inner| inner.known(owner))
    }

    /// The key an envelope names.
    pub fn of_id(&self, id: Id) -> Result<Arc<Held>, NotOpened> {
        self.with(|inner| Ok(inner.of_id(id)))?
    }

    /// The suite of new keys.
    pub fn suite(&self) -> Suite {
        self.settings.suite
    }

    /// A value about someone, sealed for its place.
    pub fn seal(
        &self,
        about: &Subject,
        place: &Place<'_>,
        privacy: Privacy,
        value: &Value,
    ) -> Result<Envelope, NotTaken> {
        let clear = Zeroizing::new(body::encode_value(value)?);
        let sealed =
            self.of(about).and_then(|held| seal::seal(&held.key, held.id, place, privacy, &clear));
        sealed.map_err(NotTaken::Stopped)
    }

    /// The value in an envelope found at this place.
    pub fn unseal(&self, place: &Place<'_>, envelope: &Envelope) -> Result<Value, NotOpened> {
        let held = self.of_id(envelope.key)?;
        let clear = seal::open(&held.key, place, envelope)?;
        body::decode_value(&clear).map_err(NotOpened::Unreadable)
    }

    /// Bytes that belong to no person, such as the secret of a second factor, sealed under a key of
    /// their purpose; `about` binds them to what they belong to.
    pub fn enclose(
        &self,
        purpose: &'static str,
        about: &[u8],
        clear: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        self.held(&Owner::Purpose(purpose))?.key.seal(about, clear)
    }

    /// What was enclosed for this purpose about the same thing.
    pub fn disclose(
        &self,
        purpose: &'static str,
        about: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let held = self.known(&Owner::Purpose(purpose))?.ok_or(NotOpened::NoKey)?;
        held.key.open(about, sealed)
    }

    /// Destroys the keys of these, and every place of theirs in the blind index; gives how many
    /// keys went. Nobody seals or opens meanwhile: a second for some hundred thousand keys.
    pub fn erase(&self, subjects: &[Subject]) -> Result<u64, Fault> {
        self.erase_watched(subjects, &mut |_| Ok(()))
    }

    /// The same, telling each step; an error of `watch` ends it there, as a crash would, and the
    /// keys must be opened anew.
    pub fn erase_watched(
        &self,
        subjects: &[Subject],
        watch: &mut dyn FnMut(Step) -> Result<(), Fault>,
    ) -> Result<u64, Fault> {
        let of: BTreeSet<(String, String)> = subjects
            .iter()
            .map(|subject| (subject.form.to_string(), subject.record.to_string()))
            .collect();
        self.with(|inner| {
            inner.by_owner.clear();
            inner.by_id.clear();
            let old = inner.opened.take().ok_or_else(Inner::gone)?;
            let paths = Paths { keys: &self.settings.path, master: &self.settings.master };
            let done = rotation::erase(&paths, old, Erasure { of: &of, watch });
            // Which state holds shows when the keys are opened anew.
            let (opened, gone) = done.inspect_err(|fault| drop(self.stopped.set(fault.clone())))?;
            inner.opened = Some(opened);
            Ok(gone)
        })
    }

    /// How many keys live, and which master key wraps them, counted from 1.
    pub fn counts(&self) -> Result<(u64, u64), Fault> {
        self.with(|inner| {
            let opened = inner.opened()?;
            Ok((opened.file.living()?, opened.wrap.epoch()))
        })
    }

    /// Asks the file, unless a fault has stopped the keys; a fault of the disk stops them.
    pub(crate) fn with<T>(
        &self,
        ask: impl FnOnce(&mut Inner) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fault) = self.stopped.get() {
            return Err(fault.clone());
        }
        let answer = ask(&mut inner);
        if let Err(fault) = &answer
            && matches!(fault.kind, FaultKind::Disk | FaultKind::Full)
        {
            // As with the journal: what a failed sync left is seen after the restart.
            drop(self.stopped.set(fault.clone()));
        }
        answer
    }
}

impl Inner {
    pub(crate) fn opened(&self) -> Result<&Opened, Fault> {
        self.opened.as_ref().ok_or_else(Inner::gone)
    }

    fn gone() -> Fault {
        Fault::new(FaultKind::Disk, "注销没有做完", "钥匙库", "请重新启动")
    }

    fn hold(&mut self, owner: Option<&Owner>, id: Id, key: Key) -> Arc<Held> {
        if self.by_id.len() >= HELD_MAX || self.by_owner.len() >= HELD_MAX {
            self.by_id.clear();
            self.by_owner.clear();
        }
        let held = Arc::new(Held { id, key });
        if let Some(owner) = owner {
            self.by_owner.insert(owner.clone(), Arc::clone(&held));
        }
        self.by_id.insert(id, Arc::clone(&held));
        held
    }

    fn known(&mut self, owner: &Owner) -> Result<Option<Arc<Held>>, Fault> {
        if let Some(held) = self.by_owner.get(owner) {
            return Ok(Some(Arc::clone(held)));
        }
        let columns = owner.columns();
        let opened = self.opened()?;
        match opened.file.key_of(&columns)? {
            Some(row) => {
                let wrapped = row.wrapped.unwrap_or_default();
                let key = opened.wrap.key(row.id, &columns, &wrapped)?;
                Ok(Some(self.hold(Some(owner), row.id, key)))
            }
            None => Ok(None),
        }
    }

    fn of_id(&mut self, id: Id) -> Result<Arc<Held>, NotOpened> {
        if let Some(held) = self.by_id.get(&id) {
            return Ok(Arc::clone(held));
        }
        let opened = self.opened()?;
        let row = opened.file.key(id)?.ok_or(NotOpened::NoKey)?;
        let (Some(of), Some(wrapped)) = (&row.of, &row.wrapped) else {
            return Err(NotOpened::Erased);
        };
        let key = opened.wrap.key(id, of, wrapped)?;
        let names = of.names().map(|(form, record)| Owner::Subject(Subject { form, record }));
        Ok(self.hold(names.as_ref(), id, key))
    }

    /// Keys there are, and new ones, which are synced before anyone sees them.
    fn get_or_draw(&mut self, owners: &[Owner], suite: Suite) -> Result<Vec<Arc<Held>>, Fault> {
        let mut all = Vec::with_capacity(owners.len());
        let mut drawn: HashMap<Columns, (Id, Key, Owner)> = HashMap::new();
        for owner in owners {
            let held = self.known(owner)?;
            if held.is_none() && !drawn.contains_key(&owner.columns()) {
                let new = (draw_id()?, Key::draw(suite)?, owner.clone());
                drawn.insert(owner.columns(), new);
            }
            all.push(held);
        }
        if !drawn.is_empty() {
            let opened = self.opened()?;
            opened.file.begin()?;
            for (columns, (id, key, _)) in &drawn {
                opened.file.insert(&opened.wrap.key_row(*id, columns.clone(), key)?)?;
            }
            opened.file.commit()?;
        }
        let new: HashMap<Owner, Arc<Held>> = drawn
            .into_values()
            .map(|(id, key, owner)| (owner.clone(), self.hold(Some(&owner), id, key)))
            .collect();
        let found = owners.iter().zip(all).map(|(owner, held)| held.or(new.get(owner).cloned()));
        found.map(|held| held.ok_or_else(Inner::gone)).collect()
    }
}

/// What second factors are sealed for.
const SECOND_FACTOR: &str = "second-factor";

impl Vault for Keys {
    fn seal(&self, about: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault> {
        self.enclose(SECOND_FACTOR, about, clear)
    }

    fn open(&self, about: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        match self.disclose(SECOND_FACTOR, about, sealed) {
            Ok(clear) => Ok(clear.to_vec()),
            Err(NotOpened::Fault(fault)) => Err(fault),
            Err(_) => {
                let what = "验证器的密钥打不开：被改过，或不是这个主密钥封的";
                Err(Fault::new(FaultKind::NoKey, what, "账号", "请核对主密钥，或由备份恢复"))
            }
        }
    }
}
