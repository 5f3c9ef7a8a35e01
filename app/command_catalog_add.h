// `smallprint catalog add URL`: a part of the command `catalog`.
#pragma once

#include "app/command.h"

namespace smallprint {

/// Adds "add" below `catalog`.
void add_catalog_add_command(CLI::App& catalog, Settings& settings, int& status);

}  // namespace smallprint
