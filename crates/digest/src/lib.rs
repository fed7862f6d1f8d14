//! Messages to guardians by e-mail: what is due, how it reads, and handing it over. Nothing here is reached from a replay.
