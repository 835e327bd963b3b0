#include "tests/bench/poller.hpp"

#include <sys/epoll.h>

namespace p2psig::bench {

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.valid()) test::throw_errno("epoll_create1");
}

void Poller::watch(int fd, Watcher& watcher, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &watcher}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) test::throw_errno("epoll_ctl");
}

void Poller::change(int fd, Watcher& watcher, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &watcher}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) test::throw_errno("epoll_ctl");
}

void Poller::turn() {
  constexpr std::size_t batch = 1024;
  constexpr int milliseconds = 10;
  std::array<epoll_event, batch> events;  // NOLINT: epoll_wait fills it
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(batch), milliseconds);
  if (count < 0 && errno != EINTR) test::throw_errno("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Watcher*>(event.data.ptr)->ready(event.events);
  }
}

}  // namespace p2psig::bench
