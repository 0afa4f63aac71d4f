//! Small numbers that name the parts of a workload.

/// Makes a `u32` newtype that indexes one kind of table.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in its table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The name of the entry at `index`; tables stay below 2³² entries (see [`crate::workload::MAX_EXECUTIONS`]).
            #[must_use]
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    };
}

id! {
    /// A distinct query: all statements with one fingerprint.
    QueryId
}
id! {
    /// One run of a statement, in the order of [`crate::workload::Executions`].
    ExecutionId
}
id! {
    /// A session: one server process's connection.
    SessionId
}
id! {
    /// A request: the unit of work of the application that caused executions.
    RequestId
}
id! {
    /// A set of tags found in the comments of statements.
    TagsId
}
