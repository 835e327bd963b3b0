#pragma once

#include <cstdint>
#include <map>

namespace p2psig {

class Session;

/// All sessions that are open, in the order of their arrival. Thread: the worker's.
class Registry {
 public:
  /// A session's place in the order of arrival; never used twice.
  using Arrival = std::uint64_t;

  [[nodiscard]] Arrival add(Session& session) {
    ++version_;
    sessions_.emplace(++last_, &session);
    return last_;
  }
  /// O(log n); nothing if it is not there any more.
  void remove(Arrival arrival) { version_ += sessions_.erase(arrival); }

  [[nodiscard]] const std::map<Arrival, Session*>& sessions() const noexcept { return sessions_; }
  /// Changes whenever the list does.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  std::map<Arrival, Session*> sessions_;
  Arrival last_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace p2psig
