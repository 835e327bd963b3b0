#pragma once

#include <string>
#include <vector>

#include "core/client/room_view.hpp"

namespace p2psig::test {

inline const std::string kMe = "9c01e7aa-0000-4000-8000-000000000000";
inline const std::string kAnn = "3f2a91c0-0000-4000-8000-000000000001";
inline const std::string kBob = "8b17d2ee-0000-4000-8000-000000000002";
inline const std::string kCyd = "c4409a1f-0000-4000-8000-000000000003";

/// In the lobby with these others.
inline RoomView lobby(const std::vector<std::string>& peers = {kAnn, kBob}) {
  RoomView view;
  view.apply(server_message::Id{kMe});
  view.apply(server_message::RoomJoined{"lobby"});
  view.apply(server_message::RoomPeers{peers});
  return view;
}

}  // namespace p2psig::test
