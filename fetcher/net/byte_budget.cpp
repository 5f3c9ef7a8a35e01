#include "fetcher/net/byte_budget.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace smallprint {

Doorbell::Doorbell() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Doorbell::~Doorbell() { close(fd_); }

void Doorbell::ring() const { (void)eventfd_write(fd_, 1); }

void Doorbell::answer() const {
  eventfd_t rings = 0;
  (void)eventfd_read(fd_, &rings);
}

void ByteBudget::give_back(std::uint64_t bytes) {
  if (bytes == 0) return;
  given_back_at_ = std::chrono::steady_clock::now();
  if (used_.fetch_sub(bytes) >= limit_) bell_->ring();
}

}  // namespace smallprint
