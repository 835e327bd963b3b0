#include <fstream>
#include <map>

#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

/// Messages as Chromium 156 made them, to "@peer".
std::vector<std::string> recorded(const std::string& name) {
  std::ifstream file(std::string(P2PSIG_TEST_DATA "/") + name);
  if (!file) throw std::runtime_error("cannot read tests/data/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string addressed(std::string message, const std::string& id) {
  const std::string to = "@peer";
  return message.replace(message.find(to), to.size(), id);
}

/// What one of a pair sends the other: an offer or an answer, and its candidates.
std::vector<std::string> half_of_a_call(const std::string& type, std::size_t candidates) {
  const auto all = recorded("chromium-156.jsonl");
  std::vector<std::string> messages;
  const auto add = [&](const std::string& start, std::size_t count) {
    for (std::size_t i = 0, added = 0; added < count; i = (i + 1) % all.size())
      if (all[i].starts_with(R"({"type":")" + start)) {
        messages.push_back(all[i]);
        ++added;
      }
  };
  add(type, 1);
  add("ice-candidate", candidates);
  return messages;
}

/// A member of a mesh: it calls those who were there before it, and is called by those who came after.
struct Member {
  explicit Member(std::uint16_t port) : client(port) {}
  RawClient client;
  std::vector<std::string> earlier;               // ids, oldest first
  std::map<std::string, std::size_t> heard_from;  // how many messages, by id
};

void send_to_all(Member& from, const std::vector<std::string>& ids, const std::vector<std::string>& call) {
  std::string frames;
  for (const std::string& id : ids)
    for (const std::string& message : call) frames += text_frame(addressed(message, id));
  from.client.send(frames);
}

/// Reads until `count` peers have each sent all of the call, in its order. Nothing but that, and
/// `peer-joined`, may come.
void hear(Member& member, std::size_t count, const std::vector<std::string>& call) {
  for (std::size_t left = count * call.size(); left > 0;) {
    const std::string text = member.client.read_text();
    if (text.starts_with(R"({"type":"peer-joined",)")) continue;
    constexpr std::size_t id_bytes = 36;
    REQUIRE(text.size() > id_bytes + 2);
    const std::string from = text.substr(text.size() - id_bytes - 2, id_bytes);
    std::string expected = addressed(call[member.heard_from[from]++ % call.size()], member.client.id());
    expected.pop_back();
    REQUIRE(text == expected.append(R"(,"from":")").append(from).append("\"}"));
    --left;
  }
}

}  // namespace

TEST_CASE("a mesh of 50 whose members join at once keeps within the limits", "[real sessions]") {
  const ServerProcess server;
  constexpr std::size_t size = 50;
  constexpr std::size_t candidates = 16;
  const auto offer = half_of_a_call("offer", candidates);
  const auto answer = half_of_a_call("answer", candidates);
  std::vector<Member> members;
  for (std::size_t i = 0; i < size; ++i) members.emplace_back(server.port()).client.connect();
  for (Member& member : members) member.client.send_text(R"({"type":"join-room","room":"mesh"})");
  std::map<std::string, std::vector<std::string>> later;
  for (Member& member : members) {
    CHECK(member.client.read_text() == R"({"type":"room-joined","room":"mesh"})");
    const std::string peers = member.client.read_text();
    CHECK(peers.starts_with(R"({"type":"room-peers",)"));
    for (const Member& other : members)
      if (peers.find(other.client.id()) != std::string::npos) {
        member.earlier.push_back(other.client.id());
        later[other.client.id()].push_back(member.client.id());
      }
  }
  for (Member& member : members) send_to_all(member, member.earlier, offer);  // 833 messages from the last
  for (Member& member : members) {
    const auto& callers = later[member.client.id()];
    CHECK(callers.size() + member.earlier.size() == size - 1);
    hear(member, callers.size(), offer);
    member.heard_from.clear();
  }
  for (Member& member : members) send_to_all(member, later[member.client.id()], answer);
  for (Member& member : members) hear(member, member.earlier.size(), answer);
  for (Member& member : members) {
    member.client.await_turn();
    for (const auto& [id, count] : member.heard_from) CHECK(count == answer.size());
  }
}

TEST_CASE("an offer of fifty video tracks is relayed byte for byte, 35 times without a pause",
          "[real sessions]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string offer = addressed(recorded("chromium-156-50-video.json").front(), lab.bob.id());
  CHECK(offer.size() > 200'000);
  for (int n = 0; n < 35; ++n) {  // 7.4 MB: within what may come at once
    lab.ann.send_text(offer);
    CHECK((lab.bob.read_text() == relayed(offer, lab.ann)));  // too long to be printed
  }
  lab.ann.await_turn();
}

}  // namespace p2psig::test
