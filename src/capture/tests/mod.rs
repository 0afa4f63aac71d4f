//! Tests of the whole room.

mod damage;
