//! Who is in no export unless somebody asks for it knowingly: whose identity is protected.

use std::collections::BTreeSet;

use domain::id::{GuardianId, PupilId};
use domain::state::PupilCase;
use storage::care::ExportRecord;
use storage::{OpenedPart, PartContent};

use super::Casework;

/// Whom an export leaves out.
#[derive(Default, Debug)]
pub struct LeftOut {
    pupils: BTreeSet<PupilId>,
    /// Of all of them, the ids as bits, and as the digits that they are written with wherever they are named.
    ids: Vec<([u8; 16], String)>,
}

impl LeftOut {
    fn new(pupils: BTreeSet<PupilId>, guardians: &BTreeSet<GuardianId>) -> Self {
        let bits = pupils.iter().map(|pupil| pupil.bits()).chain(guardians.iter().map(|guardian| guardian.bits()));
        let digits = |bits: [u8; 16]| (bits, format!("{:032x}", u128::from_be_bytes(bits)));
        Self { ids: bits.map(digits).collect(), pupils }
    }

    /// The pupils who are left out.
    pub(super) fn pupils(&self) -> impl Iterator<Item = PupilId> {
        self.pupils.iter().copied()
    }

    /// Whether a record is of somebody who is left out, or names them.
    pub fn concerns(&self, record: ExportRecord<'_>) -> bool {
        match record {
            ExportRecord::Event(event) => {
                self.ids.iter().any(|(bits, _)| event.stream.id == *bits)
                    || self.named_in(&event.open)
                    || event.parts.iter().any(|part| self.in_part(part))
            }
            ExportRecord::Trace(trace) => self.named_in(&trace.open) || self.in_part(&trace.subjects),
        }
    }

    fn in_part(&self, part: &OpenedPart) -> bool {
        let named = match &part.content {
            PartContent::Present(bytes) => self.named_in(bytes),
            PartContent::Erased => false,
        };
        named || self.ids.iter().any(|(bits, _)| part.key.subject == *bits)
    }

    fn named_in(&self, content: &[u8]) -> bool {
        // What is not text names nobody by an id's digits.
        let text = if self.ids.is_empty() { "" } else { std::str::from_utf8(content).unwrap_or_default() };
        self.ids.iter().any(|(_, digits)| text.contains(digits.as_str()))
    }
}

impl Casework {
    /// Whom an export leaves out: pupils whose identity is protected (skyddad identitet), or was when they left a school; their
    /// guardians, who are reached where the pupil lives; and guardians whose own identity is protected.
    pub fn protected_people(&self) -> LeftOut {
        let view = self.projections();
        let world = &view.world;
        let pupils: BTreeSet<PupilId> = world.protected().collect();
        let of_case = |case: &PupilCase| case.guardians_ever().collect::<Vec<_>>();
        let theirs = pupils.iter().filter_map(|pupil| world.case(*pupil)).flat_map(of_case);
        let own = world.cases().flat_map(|(_, case)| case.guardians_protected.iter());
        let guardians: BTreeSet<GuardianId> = theirs.chain(own).collect();
        LeftOut::new(pupils, &guardians)
    }
}
