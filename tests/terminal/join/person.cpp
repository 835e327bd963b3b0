#include "tests/terminal/join/person.hpp"

#include "core/protocol/status_reader.hpp"
#include "tests/integration/http_exchange.hpp"

namespace p2psig::test {

Session join_session(const std::string& url, const std::vector<std::string>& arguments) {
  Session session;
  session.columns = 200;
  session.program = {P2PSIG_BINARY, "join", "--url", url};
  session.program.insert(session.program.end(), arguments.begin(), arguments.end());
  return session;
}

namespace {

Session lab_session(const std::string& url, std::vector<std::string> arguments, std::size_t columns) {
  arguments.insert(arguments.begin(), "lab");
  Session session = join_session(url, arguments);
  session.columns = columns;
  return session;
}

}  // namespace

Person::Person(const std::vector<std::string>& of_server, const std::vector<std::string>& more,
               std::size_t columns)
    : server(of_server), terminal(lab_session(server.url(), more, columns)) {
  terminal.sees("lab(1)>");
}

RawClient Person::comes() {
  RawClient peer(server.port());
  peer.connect();
  peer.join("lab");
  terminal.until("the newcomer", [&] {
    std::string all = terminal.screen().all_text();
    std::erase(all, '\n');
    return all.find(peer.id().substr(0, 8)) != std::string::npos;
  });
  return peer;
}

std::string Person::own_id() {
  const auto report = read_status(get(server.port(), "/status").body);
  return report && !report->rooms.empty() ? report->rooms[0].peers.at(0) : "";
}

int Person::quits() {
  enters("/quit");
  return terminal.wait();
}

}  // namespace p2psig::test
