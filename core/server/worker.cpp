#include "core/server/worker.hpp"

#include <string>
#include <utility>

#include "core/protocol/status_report.hpp"

namespace p2psig {

void Worker::admit(Session& session, Milliseconds now) {
  if (draining_) return session.close(CloseReason::server_shutdown, now);
  if (open_sessions() >= shared_.limits.connections_max)
    return session.close(CloseReason::server_overloaded, now);
  session.open();
}

void Worker::flush() { Session::flush_all(outgoing_); }

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
    Session::of(registry_.oldest()).close(CloseReason::server_shutdown, now);
}

struct Worker::StatusDocument {
  explicit StatusDocument(std::size_t& bytes_in_use) : in_use(bytes_in_use) {}
  ~StatusDocument() { in_use -= text.size(); }
  StatusDocument(const StatusDocument&) = delete;
  StatusDocument& operator=(const StatusDocument&) = delete;

  std::size_t& in_use;
  std::string text;
};

std::shared_ptr<const std::string> Worker::status() {
  const std::uint64_t version = registry_.version() + rooms_.version();
  if (!status_ || version != status_version_) {
    // A megabyte for 10,000 clients: its pages are worth keeping, unless somebody is still being sent the
    // last one.
    if (status_.use_count() != 1) status_ = std::make_shared<StatusDocument>(status_bytes_);
    std::string& text = status_->text;
    status_bytes_ -= text.size();
    StatusWriter status(open_sessions(), std::move(text));
    registry_.for_each([&status](Registry::Entry& entry) { status.client(Session::of(entry).peer().id); });
    rooms_.report(status);
    text = status.finish();
    status_bytes_ += text.size();
    status_version_ = version;
  }
  return {status_, &status_->text};
}

}  // namespace p2psig
