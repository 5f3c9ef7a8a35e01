#include "server/listener.h"
namespace smallprint {
struct Listener::Impl {};
Result<std::unique_ptr<Listener>> Listener::start(const ListenOptions&, Handler) {
  return Error{ErrorCode::unsupported, "not yet"};
}
Listener::Listener(std::unique_ptr<Impl> i) : impl_(std::move(i)) {}
Listener::~Listener() = default;
std::uint16_t Listener::port() const { return 0; }
void Listener::stop() {}
}  // namespace smallprint
