#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/client/sdp.hpp"

namespace p2psig {

/// What a relayed message means to WebRTC, in whichever dialect it is written: the protocol's own
/// (`{"type":"offer","offer":{"type":"offer","sdp":"v=0..."}}`, `{"type":"ice-candidate","candidate":
/// {"candidate":"candidate:...","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"7Kx2"}}`), the description
/// or candidate as a plain string, or nested in a member as simple-peer and others do it.
struct Signal {
  enum class Kind : std::uint8_t {
    offer,
    answer,
    pranswer,
    rollback,
    candidate,
    end_of_candidates,  ///< a candidate that is null, or empty
    bye,                ///< an application's word that it is over: bye, hangup, reject, ...
    other,              ///< nothing of WebRTC: an application's own
  };

  Kind kind = Kind::other;
  std::optional<SessionDescription> description;  ///< of an offer, an answer or a pranswer
  std::optional<Candidate> candidate;
  std::string mid;    ///< sdpMid of a candidate
  std::string ufrag;  ///< of a candidate: usernameFragment, or else the candidate's own
  std::string fault;  ///< what makes it unreadable, a phrase; empty: nothing
};

/// Reads a whole message: any bytes. What is not a JSON object is `other`. A description's own type counts,
/// not the message's: `{"type":"offer","offer":{"type":"answer",...}}` is an answer. Looks for it
/// limits::kSignalLevels deep, in strings that hold JSON too. O(message.size()).
[[nodiscard]] Signal read_signal(std::string_view message);

}  // namespace p2psig
