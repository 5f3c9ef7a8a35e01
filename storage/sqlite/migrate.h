// Brings an archive's schema up to date: numbered SQL files, forward only, and what SQL alone cannot say.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace smallprint::sqlite {

/// Throws Failure: unsupported where the file is newer than this program, or older and opened for reading alone; and
/// what SQLiteCpp throws. All of it is one transaction: killed on the way, the archive is what it was.
void migrate(SQLite::Database& database, bool read_only);

}  // namespace smallprint::sqlite
