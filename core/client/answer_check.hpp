#pragma once

#include <string>
#include <vector>

#include "core/client/finding.hpp"
#include "core/client/sdp.hpp"

namespace p2psig {

/// What is wrong with an answer.
struct Misfit {
  FindingCode code;  ///< answer_mismatch, no_common_codec or setup_clash
  std::string what;  ///< a clause, and what to try: "it has 2 m= sections where the offer has 3: ..."
};

/// Holds an answer against its offer (RFC 3264, 6; RFC 8829, 5.3.1; RFC 8839, 4.3; RFC 8842, 5.3; RFC 9143,
/// 7.3): what would make it impossible to set, or the connection fail. At most one of each code. What neither
/// of both says is not missed, so that the shortened descriptions of tests pass. Any thread.
[[nodiscard]] std::vector<Misfit> misfits(const SessionDescription& offer, const SessionDescription& answer);

}  // namespace p2psig
