#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace p2psig {

/// The addresses of a server, tried one after the other until one answers.
class Attempts {
 public:
  void begin(const std::vector<std::string>& addresses);

  [[nodiscard]] bool more() const noexcept { return !waiting_.empty(); }
  std::string next();
  /// How much of the time that is left the current one may take: as much as each behind it.
  [[nodiscard]] Milliseconds share(Milliseconds left) const noexcept;

  /// The current one does not answer. `error` is an errno.
  void failed(int error);
  /// Why none does: a phrase, of the first.
  [[nodiscard]] std::string why() const;

 private:
  std::deque<std::string> waiting_;
  int first_error_ = 0;
};

}  // namespace p2psig
