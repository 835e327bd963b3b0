#include "core/server/worker.hpp"

#include <utility>

#include "core/protocol/status_report.hpp"

namespace p2psig {

void Worker::admit(Session& session, Milliseconds now) {
  if (draining_) return session.close(CloseCode::server_shutdown, now);
  session.open();
}

void Worker::flush() {
  outgoing_.drain([](Session& session) { session.flush(); });
}

void Worker::tick(Milliseconds now) {
  timers_.expire(now, [now](auto& timer) { Session::fire(timer, now); });
  if (draining_) close_next(now);
}

void Worker::drain(Milliseconds now, Milliseconds spread) {
  if (std::exchange(draining_, true)) return;
  drained_since_ = now;
  drain_spread_ = spread;
  to_drain_ = open_sessions();
  close_next(now);
}

/// Session number n of N goes at n/N of the time.
void Worker::close_next(Milliseconds now) {
  const auto elapsed = static_cast<std::size_t>((now - drained_since_).count());
  const auto spread = static_cast<std::size_t>(drain_spread_.count());
  const std::size_t due = elapsed < spread ? to_drain_ * elapsed / spread + 1 : to_drain_;
  for (; drained_ < due && open_sessions() != 0; ++drained_)
    registry_.sessions().begin()->second->close(CloseCode::server_shutdown, now);
}

std::shared_ptr<const std::string> Worker::status() {
  const std::uint64_t version = registry_.version() + rooms_.version();
  if (!status_ || version != status_version_) {
    // A megabyte for 10,000 clients: its pages are worth keeping, unless somebody is still being sent the
    // last one.
    std::string memory = status_.use_count() == 1 ? std::move(*status_) : std::string();
    StatusWriter status(open_sessions(), std::move(memory));
    for (const auto& [arrival, session] : registry_.sessions()) status.client(session->peer().id);
    rooms_.report(status);
    status_ = std::make_shared<std::string>(status.finish());
    status_version_ = version;
  }
  return status_;
}

}  // namespace p2psig
