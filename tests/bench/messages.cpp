#include "tests/bench/messages.hpp"

#include "tests/bench/failure.hpp"

namespace p2psig::bench::messages {
namespace {

constexpr std::size_t kIdBytes = 36;

struct Form {
  std::string_view start;
  std::string_view end = "\"}";
};

constexpr Form kJoinRoom{R"({"type":"join-room","room":")"};
constexpr Form kRoomJoined{R"({"type":"room-joined","room":")"};
constexpr Form kRoomLeft{R"({"type":"room-left","room":")"};
constexpr Form kPeerJoined{R"({"type":"peer-joined","peerId":")"};
constexpr Form kPeerLeft{R"({"type":"peer-left","peerId":")"};
constexpr Form kId{R"({"type":"id","id":")"};
constexpr Form kRoomPeers{R"({"type":"room-peers","peers":[)", "]}"};

std::string fill(const Form& form, std::string_view value) {
  return std::string(form.start).append(value).append(form.end);
}

std::string_view read(const Form& form, std::string_view message) {
  if (!message.starts_with(form.start) || !message.ends_with(form.end) ||
      message.size() < form.start.size() + form.end.size())
    throw Fault(excerpt(message) + " came instead of " + fill(form, "..."));
  return message.substr(form.start.size(), message.size() - form.start.size() - form.end.size());
}

std::string_view read_id(const Form& form, std::string_view message) {
  const std::string_view id = read(form, message);
  if (id.size() != kIdBytes || id.find_first_not_of("0123456789abcdef-") != std::string_view::npos)
    throw Fault("no UUID: " + excerpt(id));
  return id;
}

}  // namespace

std::string join_room(std::string_view room) { return fill(kJoinRoom, room); }
std::string room_joined(std::string_view room) { return fill(kRoomJoined, room); }
std::string room_left(std::string_view room) { return fill(kRoomLeft, room); }
std::string peer_joined(std::string_view id) { return fill(kPeerJoined, id); }
std::string peer_left(std::string_view id) { return fill(kPeerLeft, id); }

std::string_view read_id(std::string_view message) { return read_id(kId, message); }
std::string_view read_peer_joined(std::string_view message) { return read_id(kPeerJoined, message); }

Roll read_room_peers(std::string_view message) {
  Roll roll;
  constexpr std::size_t stride = kIdBytes + 3;  // two quotes and a comma
  std::string_view list = read(kRoomPeers, message);
  while (!list.empty()) {
    const bool last = list.size() == stride - 1;
    if (list.size() < stride - 1 || list.front() != '"' || list[kIdBytes + 1] != '"' ||
        (!last && (list[kIdBytes + 2] != ',' || list.size() < 2 * stride - 1)))
      throw Fault("no list of ids: " + excerpt(list));
    roll.add(list.substr(1, kIdBytes));
    list.remove_prefix(last ? stride - 1 : stride);
  }
  return roll;
}

}  // namespace p2psig::bench::messages
