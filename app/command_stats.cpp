#include "app/command.h"
namespace smallprint {
void add_stats_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
