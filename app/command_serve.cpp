#include "app/command.h"
namespace smallprint {
void add_serve_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
