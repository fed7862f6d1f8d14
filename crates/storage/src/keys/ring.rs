//! The keys in use: made in batches ahead, on disk before the first record that they seal.

mod told;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use aws_lc_rs::aead::LessSafeKey;
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::MasterKey;
use super::as_is::AsIs;
use super::cache::{self, CacheKey};
use super::file::{self, Entry, EntryRole, HEADER, Header, KeyId, Wrapper};
use super::live::{KeyState, LiveKey};
use super::loaded::{Loaded, OpenKey};
use crate::disk::{Disk, DiskFile, OpenMode, make_folder, replace_file};
use crate::log::{KeyRef, LogError};

/// Keys in the first batch of a run, and in the largest.
const BATCH: (usize, usize) = (64, 4096);
/// The key file's name in its folder.
const FILE: &str = "keyring";

/// Why the keys could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("the key file {path}: {why}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is not what was written.
    #[error("the key file {path} is damaged at byte {offset}: restore the key backup that belongs to this log")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where.
        offset: u64,
    },
    /// Another master key wrapped these keys.
    #[error("the key file {0} was wrapped under another master key: give the one that belongs to it")]
    WrongMaster(PathBuf),
    /// Another process uses the keys.
    #[error("the keys in {0} are in use by another process: stop that one first")]
    InUse(PathBuf),
    /// A key file is there already.
    #[error("there is a key file already: {0}")]
    Exists(PathBuf),
    /// The keys are to be put under the master key that they are under.
    #[error("the new master key is the one that is in use: make another one, and destroy the old one afterwards")]
    SameMaster,
    /// The system's source of random bytes failed, or a cipher did.
    #[error("no keys can be made: the system gives no random bytes")]
    NoChance,
    /// An earlier write of keys failed, so that no more are made in this run.
    #[error("no keys can be made since an earlier write of the key file failed: restart the service")]
    Stopped,
}

#[derive(Default)]
struct Table {
    states: HashMap<KeyId, KeyState, BuildHasherDefault<AsIs>>,
    current: HashMap<KeyRef, KeyId>,
    purposes: HashMap<KeyId, KeyRef, BuildHasherDefault<AsIs>>,
}

struct Store {
    pool: Vec<KeyId>,
    batch: usize,
    place: Option<Place>,
    broken: bool,
}

/// Where keys are written; none for a log in memory.
struct Place {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    wrapper: Wrapper,
    header: Header,
    length: u64,
    hash: [u8; 32],
    /// Something that is no whole batch follows: a torn last batch, which the next writing replaces.
    unclean: bool,
    _lock: Box<dyn Send + Sync>,
}

/// The keys of one log.
pub struct KeyRing {
    log_id: [u8; 16],
    log_key: Zeroizing<[u8; 32]>,
    fingerprint_key: Zeroizing<[u8; 32]>,
    cache_key: CacheKey,
    table: RwLock<Table>,
    store: Mutex<Store>,
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bits = [0; N];
    rand::fill(&mut bits).map_err(|_| KeyError::NoChance)?;
    Ok(bits)
}

pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> KeyError + '_ {
    |error| KeyError::Io { path: path.to_owned(), why: error.to_string() }
}

impl KeyRing {
    /// Keys for a log in memory: they live as long as it does.
    pub fn in_memory() -> Result<Self, KeyError> {
        Ok(Self {
            log_id: random()?,
            log_key: Zeroizing::new(random()?),
            fingerprint_key: Zeroizing::new(random()?),
            cache_key: CacheKey::default(),
            table: RwLock::default(),
            store: Mutex::new(Store { pool: Vec::new(), batch: BATCH.0, place: None, broken: false }),
        })
    }

    /// Makes the key file of a new log, in a folder that has none.
    pub fn create(disk: &Arc<dyn Disk>, folder: &Path, master: &MasterKey) -> Result<Self, KeyError> {
        let path = folder.join(FILE);
        if disk.exists(&path).map_err(io(&path))? {
            return Err(KeyError::Exists(path));
        }
        make_folder(disk.as_ref(), folder).map_err(io(folder))?;
        let log_id = random()?;
        let wrapper = Wrapper::new(master, log_id).ok_or(KeyError::NoChance)?;
        let mut entries = Vec::new();
        for role in [EntryRole::Log, EntryRole::Fingerprint] {
            let key = Zeroizing::new(random::<32>()?);
            entries.push(wrapper.wrap(KeyId(random()?), role, &key).ok_or(KeyError::NoChance)?);
        }
        let header = Header { log_id, master_id: master.id() };
        write_whole(disk.as_ref(), &path, &header, &entries)?;
        Self::open(disk, folder, master)
    }

    /// Whether a folder has a key file.
    pub fn exists(disk: &dyn Disk, folder: &Path) -> Result<bool, KeyError> {
        let path = folder.join(FILE);
        disk.exists(&path).map_err(io(&path))
    }

    /// Opens the key file of a log, for this process alone. Changes no byte: a torn last batch is passed over, and replaced
    /// when keys are next made, which is only after every record has been found to have its keys.
    pub fn open(disk: &Arc<dyn Disk>, folder: &Path, master: &MasterKey) -> Result<Self, KeyError> {
        let path = folder.join(FILE);
        let lock = lock(disk.as_ref(), folder)?;
        let loaded = Loaded::read(disk.as_ref(), &path)?;
        let wrapper = loaded.wrapper(&path, master)?;
        let ring = Self::load(&loaded, &wrapper, &path)?;
        let file = disk.open(&path, OpenMode::ReadWrite).map_err(io(&path))?;
        // Who put the file in place may have been stopped before its name was on the device: what is added to a file
        // whose name is then lost would be lost with it.
        file.sync_all().map_err(io(&path))?;
        disk.sync_dir(folder).map_err(io(folder))?;
        let length = (HEADER + loaded.batches.whole) as u64;
        let place = Place {
            disk: Arc::clone(disk),
            path,
            file,
            wrapper,
            header: loaded.header,
            length,
            hash: loaded.batches.hash,
            unclean: loaded.length != length,
            _lock: lock,
        };
        ring.store.lock().unwrap_or_else(PoisonError::into_inner).place = Some(place);
        Ok(ring)
    }

    /// Opens the key file of a log only to open what was sealed: while the service runs, too. No keys can be made.
    pub fn open_read_only(disk: &Arc<dyn Disk>, folder: &Path, master: &MasterKey) -> Result<Self, KeyError> {
        let path = folder.join(FILE);
        let loaded = Loaded::read(disk.as_ref(), &path)?;
        let wrapper = loaded.wrapper(&path, master)?;
        let ring = Self::load(&loaded, &wrapper, &path)?;
        ring.store.lock().unwrap_or_else(PoisonError::into_inner).broken = true;
        Ok(ring)
    }

    fn load(loaded: &Loaded, wrapper: &Wrapper, path: &Path) -> Result<Self, KeyError> {
        let mut table = Table::default();
        table.states.reserve(loaded.batches.entries.len());
        let mut special: HashMap<u8, OpenKey> = HashMap::new();
        let cache_key = CacheKey::default();
        let keys = loaded.unwrap_all(wrapper, path)?;
        for (entry, key) in loaded.batches.entries.iter().zip(keys) {
            match (entry.role, key) {
                (EntryRole::Data, Some(key)) if cache::is_one(&entry.id) => cache_key.change(key),
                (EntryRole::Data, Some(key)) => {
                    table.states.insert(entry.id, KeyState::Live(LiveKey::new(key)));
                }
                (EntryRole::Log, Some(key)) => drop(special.insert(0, key)),
                (EntryRole::Fingerprint, Some(key)) => drop(special.insert(1, key)),
                _ => drop(table.states.insert(entry.id, KeyState::Destroyed)),
            }
        }
        let missing = || KeyError::Damaged { path: path.to_owned(), offset: HEADER as u64 };
        let log_key = special.remove(&0).ok_or_else(missing)?;
        let fingerprint_key = special.remove(&1).ok_or_else(missing)?;
        let store = Store { pool: Vec::new(), batch: BATCH.0, place: None, broken: false };
        let log_id = loaded.header.log_id;
        let (table, store) = (RwLock::new(table), Mutex::new(store));
        Ok(Self { log_id, log_key, fingerprint_key, cache_key, table, store })
    }

    /// Wraps all keys under another master key: the file is replaced whole, so that either master opens it, never
    /// neither. Not to be called while a service uses the folder.
    pub fn rotate(disk: &Arc<dyn Disk>, folder: &Path, old: &MasterKey, new: &MasterKey) -> Result<(), KeyError> {
        if old.id() == new.id() {
            return Err(KeyError::SameMaster);
        }
        let path = folder.join(FILE);
        let _lock = lock(disk.as_ref(), folder)?;
        let loaded = Loaded::read(disk.as_ref(), &path)?;
        loaded.must_be_whole(&path)?;
        let from = loaded.wrapper(&path, old)?;
        let to = Wrapper::new(new, loaded.header.log_id).ok_or(KeyError::NoChance)?;
        let mut entries = Vec::with_capacity(loaded.batches.entries.len());
        for entry in &loaded.batches.entries {
            entries.push(match entry.role {
                EntryRole::Destroyed => entry.clone(),
                role @ (EntryRole::Data | EntryRole::Log | EntryRole::Fingerprint) => {
                    let key = from
                        .unwrap(entry)
                        .ok_or_else(|| KeyError::Damaged { path: path.clone(), offset: HEADER as u64 })?;
                    to.wrap(entry.id, role, &key).ok_or(KeyError::NoChance)?
                }
            });
        }
        let header = Header { log_id: loaded.header.log_id, master_id: new.id() };
        write_whole(disk.as_ref(), &path, &header, &entries)
    }

    /// Whether a key file, or a copy of one, lies in a folder.
    pub fn lies_in(disk: &dyn Disk, folder: &Path) -> bool {
        disk.exists(&folder.join(FILE)).unwrap_or(false)
    }

    /// The keys that a key file, or a backup of one, can still give to whoever has its master key. Opens none of them.
    pub fn held_in(disk: &dyn Disk, folder: &Path) -> Result<HashSet<KeyId>, KeyError> {
        let path = folder.join(FILE);
        let loaded = Loaded::read(disk, &path)?;
        loaded.must_be_whole(&path)?;
        let held = loaded.batches.entries.iter().filter(|entry| entry.role == EntryRole::Data);
        Ok(held.map(|entry| entry.id).collect())
    }

    /// The log that the keys belong to.
    pub fn log_id(&self) -> [u8; 16] {
        self.log_id
    }

    /// Whether no data key was ever made: nothing can have been sealed yet.
    pub fn is_unused(&self) -> bool {
        self.table.read().unwrap_or_else(PoisonError::into_inner).states.is_empty()
    }

    pub(crate) fn cache_key(&self) -> &CacheKey {
        &self.cache_key
    }

    pub(crate) fn log_key(&self) -> &[u8; 32] {
        &self.log_key
    }

    pub(crate) fn fingerprint_key(&self) -> &[u8; 32] {
        &self.fingerprint_key
    }

    /// The key for a purpose; made, and on disk, before this returns.
    pub fn key_for(&self, purpose: KeyRef) -> Result<(KeyId, LessSafeKey), KeyError> {
        if let Some(found) = self.current(purpose) {
            return Ok(found);
        }
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = self.current(purpose) {
            return Ok(found);
        }
        if store.pool.is_empty() {
            self.make_batch(&mut store)?;
        }
        let id = store.pool.pop().ok_or(KeyError::NoChance)?;
        self.give_purpose(id, purpose);
        self.current(purpose).ok_or(KeyError::NoChance)
    }

    fn current(&self, purpose: KeyRef) -> Option<(KeyId, LessSafeKey)> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let id = *table.current.get(&purpose)?;
        match table.states.get(&id)? {
            KeyState::Live(key) => Some((id, key.ready().ok()?)),
            KeyState::Destroyed => None,
        }
    }

    fn give_purpose(&self, id: KeyId, purpose: KeyRef) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.purposes.insert(id, purpose);
        if matches!(table.states.get(&id), Some(KeyState::Live(_))) {
            table.current.insert(purpose, id);
        }
    }

    /// Learns from a stored record what a key is for. A key that is neither there nor destroyed is an error: missing is
    /// never taken for erased.
    pub fn adopt(&self, id: KeyId, purpose: KeyRef) -> Result<(), LogError> {
        {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            if table.purposes.contains_key(&id) {
                return Ok(());
            }
            if !table.states.contains_key(&id) {
                return Err(LogError::KeyMissing);
            }
        }
        self.give_purpose(id, purpose);
        Ok(())
    }

    /// Learns at once what [`Self::learned`] told. As in [`Self::adopt`], a key that is neither there nor destroyed is an error.
    pub(crate) fn adopt_all(&self, learned: &[(KeyId, KeyRef, bool)]) -> Result<(), LogError> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if learned.iter().any(|(id, _, _)| !table.states.contains_key(id)) {
            return Err(LogError::KeyMissing);
        }
        table.purposes.reserve(learned.len());
        table.current.reserve(learned.len());
        for (id, purpose, current) in learned {
            table.purposes.insert(*id, *purpose);
            if *current && matches!(table.states.get(id), Some(KeyState::Live(_))) {
                table.current.insert(*purpose, *id);
            }
        }
        Ok(())
    }

    /// What a key can do, for as long as `with` takes; `None`: there is no such key.
    pub fn with_state<T>(&self, id: KeyId, with: impl FnOnce(Option<&KeyState>) -> T) -> T {
        with(self.table.read().unwrap_or_else(PoisonError::into_inner).states.get(&id))
    }

    /// Brings keys near, and changes nothing. What it returns says nothing: it is there so that the keys are looked at.
    pub(crate) fn near<'a>(&self, ids: impl Iterator<Item = &'a KeyId>) -> usize {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let states: Vec<_> = ids.filter_map(|id| table.states.get(id)).collect();
        states.into_iter().filter(|state| matches!(state, KeyState::Live(key) if key.begins_with_zero())).count()
    }

    /// Lets go of the key file: no more keys are made here, and another process may use it.
    pub(crate) fn let_go(&self) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.broken = true;
        store.place = None;
    }

    fn make_batch(&self, store: &mut Store) -> Result<(), KeyError> {
        if store.broken {
            return Err(KeyError::Stopped);
        }
        let mut made = Vec::with_capacity(store.batch);
        for _ in 0..store.batch {
            made.push((KeyId(random()?), Zeroizing::new(random::<32>()?)));
        }
        if let Some(place) = store.place.as_mut() {
            let entries = made
                .iter()
                .map(|(id, key)| place.wrapper.wrap(*id, EntryRole::Data, key))
                .collect::<Option<Vec<_>>>()
                .ok_or(KeyError::NoChance)?;
            if let Err(error) = place.append(&entries) {
                store.broken = true;
                return Err(error);
            }
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        for (id, key) in &made {
            table.states.insert(*id, KeyState::Live(LiveKey::new(key.clone())));
            store.pool.push(*id);
        }
        store.batch = (store.batch * 2).min(BATCH.1);
        Ok(())
    }

    /// Destroys every key whose purpose is chosen: the file is replaced by one without them, in which they stand as
    /// destroyed, and with another key for snapshots. Returns how many.
    pub fn destroy(&self, chosen: impl Fn(KeyRef) -> bool) -> Result<usize, KeyError> {
        self.destroy_those(|_, purpose| chosen(purpose))
    }

    /// The same, of keys that are chosen themselves.
    pub fn destroy_those(&self, chosen: impl Fn(KeyId, KeyRef) -> bool) -> Result<usize, KeyError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if store.broken {
            return Err(KeyError::Stopped);
        }
        let ids: HashSet<KeyId> = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            table.purposes.iter().filter(|(id, purpose)| chosen(**id, **purpose)).map(|(id, _)| *id).collect()
        };
        let (cache_id, cache_key) = (cache::named(random()?), Zeroizing::new(random()?));
        if let Some(place) = store.place.as_mut()
            && let Err(error) = place.rewrite_without(&ids, (cache_id, &cache_key))
        {
            store.broken = true;
            return Err(error);
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        for id in &ids {
            table.states.insert(*id, KeyState::Destroyed);
        }
        table.current.retain(|_, id| !ids.contains(id));
        self.cache_key.change(cache_key);
        Ok(ids.len())
    }

    /// Gives snapshots another key and destroys nothing else. `false`: not now, since the file ends in a torn batch, which is replaced
    /// when keys are next made.
    pub fn change_cache_key(&self) -> Result<bool, KeyError> {
        let torn = |store: &Store| store.place.as_ref().is_some_and(|place| place.unclean);
        if torn(&self.store.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(false);
        }
        self.destroy(|_| false).map(|_| true)
    }
}

impl Place {
    fn append(&mut self, entries: &[Entry]) -> Result<(), KeyError> {
        if self.unclean {
            let mut all = Loaded::read(self.disk.as_ref(), &self.path)?.batches.entries;
            all.extend_from_slice(entries);
            return self.replace(&all);
        }
        let (bytes, hash) = file::encode_batch(&self.hash, entries);
        self.file.write_all_at(&bytes, self.length).map_err(io(&self.path))?;
        self.file.sync_data().map_err(io(&self.path))?;
        self.length += bytes.len() as u64;
        self.hash = hash;
        Ok(())
    }

    fn rewrite_without(&mut self, ids: &HashSet<KeyId>, (id, key): (KeyId, &OpenKey)) -> Result<(), KeyError> {
        let loaded = Loaded::read(self.disk.as_ref(), &self.path)?;
        loaded.must_be_whole(&self.path)?;
        let mut entries = loaded.batches.entries;
        entries.retain(|entry| !cache::is_one(&entry.id));
        for entry in &mut entries {
            if ids.contains(&entry.id) {
                entry.role = EntryRole::Destroyed;
                entry.wrapped = [0; 48];
            }
        }
        entries.push(self.wrapper.wrap(id, EntryRole::Data, key).ok_or(KeyError::NoChance)?);
        self.replace(&entries)
    }

    fn replace(&mut self, entries: &[Entry]) -> Result<(), KeyError> {
        write_whole(self.disk.as_ref(), &self.path, &self.header, entries)?;
        let loaded = Loaded::read(self.disk.as_ref(), &self.path)?;
        self.unclean = false;
        self.file = self.disk.open(&self.path, OpenMode::ReadWrite).map_err(io(&self.path))?;
        self.length = loaded.length;
        self.hash = loaded.batches.hash;
        Ok(())
    }
}

fn lock(disk: &dyn Disk, folder: &Path) -> Result<Box<dyn Send + Sync>, KeyError> {
    disk.lock(&folder.join("lock")).map_err(|error| match error.kind() {
        std::io::ErrorKind::WouldBlock => KeyError::InUse(folder.to_owned()),
        _ => KeyError::Io { path: folder.to_owned(), why: error.to_string() },
    })
}

fn write_whole(disk: &dyn Disk, path: &Path, header: &Header, entries: &[Entry]) -> Result<(), KeyError> {
    let (mut bytes, hash) = header.encode();
    bytes.extend(file::encode_batch(&hash, entries).0);
    replace_file(disk, path, &bytes).map_err(io(path))
}
