#include "app/command.h"
namespace smallprint {
void add_eval_command(CLI::App&, Settings&, int&) {}
}  // namespace smallprint
