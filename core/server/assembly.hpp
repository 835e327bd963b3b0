#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/protocol/messages.hpp"
#include "core/protocol/utf8.hpp"
#include "core/result.hpp"
#include "core/server/budget.hpp"

namespace p2psig {

/// Puts a message together whose frames arrive in pieces, and knows of one that is too long, or not UTF-8, as
/// soon as it can be known (RFC 6455, 5.4 and 8.1). Holds at most the limit, and what the budget that all
/// share has left; nothing between messages.
class Assembly {
 public:
  /// The budget must outlive it.
  Assembly(std::size_t message_bytes_max, Budget& unfinished) noexcept
      : message_bytes_max_(message_bytes_max), unfinished_(unfinished) {}
  ~Assembly() { release(); }
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  /// The message, if `piece` ends it: `piece` itself where that is all of it, otherwise held until release().
  /// `frame_bytes_left` is what the current frame's header has announced beyond this piece.
  using Message = std::optional<std::string_view>;
  [[nodiscard]] Result<Message, CloseReason> add(std::string_view piece, std::uint64_t frame_bytes_left,
                                                 bool ends_message);

  /// Gives the memory of a message back.
  void release() noexcept;

 private:
  /// What has come of a message that has not ended.
  struct Held {
    std::string text;
    Utf8Stream utf8;
  };

  const std::size_t message_bytes_max_;
  Budget& unfinished_;
  std::unique_ptr<Held> held_;
};

}  // namespace p2psig
