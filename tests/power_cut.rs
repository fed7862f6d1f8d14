//! A simulated power cut: the log lies on an ext4 file system of its own, which is shut down hard, without writing its
//! own journal out, while the program writes. After mounting again, whatever was acknowledged is there.
//!
//! Needs root, a loop device and mkfs.ext4; where they cannot be had the test fails and says so, or has been left out by choice.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

#[path = "support/needs.rs"]
mod needs;
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{Load, verify};

/// An ext4 file system in a file, mounted over a loop device.
struct Island {
    image: PathBuf,
    mount: PathBuf,
}

impl Island {
    /// `None` where it has been chosen to do without.
    fn create(folder: &Path) -> Option<Self> {
        let island = Self { image: folder.join("image"), mount: folder.join("mount") };
        std::fs::File::create(&island.image).expect("image file").set_len(512 << 20).expect("image size");
        std::fs::create_dir(&island.mount).expect("mount point");
        let made = run(Command::new("mkfs.ext4").arg("-q").arg(&island.image));
        if !made || !island.mount() {
            needs::is_missing(
                "power-cut",
                "an ext4 mounted over a loop device: root, a loop device, and Debian's e2fsprogs and mount",
            );
            return None;
        }
        Some(island)
    }

    fn mount(&self) -> bool {
        run(Command::new("mount").args(["-o", "loop"]).arg(&self.image).arg(&self.mount))
    }

    fn unmount(&self) -> bool {
        run(Command::new("umount").arg(&self.mount))
    }

    /// The file system's own emergency stop (`EXT4_IOC_SHUTDOWN`, no log flush): what is not on the device is gone.
    fn cut_power(&self) -> bool {
        let script =
            "open(F, '<', $ARGV[0]) or die; my $flags = pack('L', 2); defined(ioctl(F, 0x8004587d, $flags)) or die";
        run(Command::new("perl").args(["-e", script]).arg(&self.mount))
    }
}

impl Drop for Island {
    fn drop(&mut self) {
        let _gone = self.unmount();
    }
}

fn run(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn nothing_acknowledged_is_lost(group: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(island) = Island::create(folder.path()) else { return };
    let data = island.mount.join("data");
    let mut before = 0;
    for round in 0..4 {
        let mut load = Load::start(&data, group, group);
        load.wait_for_acks(50 + 150 * round);
        assert!(island.cut_power(), "the file system can be shut down");
        let acknowledged = load.kill();
        assert!(island.unmount() && island.mount(), "the file system comes back");
        let found = verify(&data);
        assert!(
            found.count >= acknowledged && acknowledged > before,
            "group {group}, round {round}: {acknowledged} acknowledged (before: {before}), {} found",
            found.count
        );
        before = found.count;
    }
    let (acknowledged, well) = Load::start_counted(&data, group, group, 10).finish();
    assert!(well && acknowledged > before, "and it goes on writing");
}

#[test]
fn a_power_cut_loses_nothing_acknowledged_one_commit_at_a_time() {
    nothing_acknowledged_is_lost(1);
}

#[test]
fn a_power_cut_loses_nothing_acknowledged_in_groups_of_16() {
    nothing_acknowledged_is_lost(16);
}

#[test]
fn a_power_cut_loses_nothing_acknowledged_in_groups_of_64() {
    nothing_acknowledged_is_lost(64);
}

#[test]
fn a_power_cut_loses_nothing_acknowledged_in_groups_of_256() {
    nothing_acknowledged_is_lost(256);
}
