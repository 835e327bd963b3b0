#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cmd/net/descriptor.hpp"
#include "cmd/net/event_loop.hpp"
#include "cmd/output.hpp"

namespace p2psig {

/// A file that messages are written to, which only its owner may read: they hold addresses and ICE passwords.
/// Thread: the loop's.
class Record {
 public:
  /// What was in the file is lost. Throws Failure if it cannot be opened; `failed` is told an errno if it
  /// cannot be written later.
  Record(EventLoop& loop, const std::string& name, std::function<void(int)> failed);

  void write(std::string_view line) { output_.write(std::string(line)); }
  [[nodiscard]] bool idle() const noexcept { return output_.idle(); }

 private:
  Descriptor file_;
  Output output_;
};

}  // namespace p2psig
