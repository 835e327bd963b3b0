#include "core/server/assembly.hpp"

namespace p2psig {

Result<Assembly::Message, CloseReason> Assembly::add(std::string_view piece, std::uint64_t frame_bytes_left,
                                                     bool ends_message) {
  const std::uint64_t room = message_bytes_max_ - held_.size();
  if (piece.size() > room || frame_bytes_left > room - piece.size()) return CloseReason::message_too_big;
  // A message in one piece is neither held nor checked here: its scan does that.
  if (ends_message && held_.empty()) return Message(piece);
  if (!utf8_.accept(piece)) return CloseReason::invalid_utf8;
  if (!unfinished_.take(piece.size())) return CloseReason::server_overloaded;
  held_ += piece;
  if (!ends_message) return Message();
  if (!utf8_.complete()) return CloseReason::invalid_utf8;
  return Message(held_);
}

void Assembly::release() noexcept {
  unfinished_.give_back(held_.size());
  if (held_.capacity() > std::string().capacity()) std::string().swap(held_);
  held_.clear();
  utf8_ = {};
}

}  // namespace p2psig
