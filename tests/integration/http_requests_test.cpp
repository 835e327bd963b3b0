#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {

TEST_CASE("the pages are there", "[http]") {
  const ServerProcess server;
  const HttpResponse status = get(server.port(), "/status");
  CHECK(status.status == 200);
  CHECK(status.header("content-type") == "application/json");
  CHECK(status.body == R"({"totalClients":0,"clients":[],"rooms":{}})");
  CHECK(get(server.port(), "/healthz").status == 200);
  CHECK(get(server.port(), "/readyz").status == 200);
  const HttpResponse front = get(server.port(), "/");
  CHECK(front.status == 200);
  CHECK(front.body.find("/status") != std::string::npos);
  CHECK(front.body.find('\n') == front.body.size() - 1);
}

TEST_CASE("another page is not found, and said so in JSON", "[http]") {
  const ServerProcess server;
  for (const char* path : {"/nothing", "/status/", "/statusx", "/Status", "/favicon.ico"}) {
    CAPTURE(path);
    const HttpResponse response = get(server.port(), path);
    CHECK(response.status == 404);
    CHECK(response.header("content-type") == "application/json");
    CHECK(response.body.starts_with("{\""));
  }
}

TEST_CASE("a query does not hide a page", "[http]") {
  const ServerProcess server;
  for (const char* target : {"/status?x=1", "/status?", "/status?/nothing", "/status?a?b"}) {
    CAPTURE(target);
    CHECK(get(server.port(), target).status == 200);
  }
}

TEST_CASE("a target that is no plain path leads to a page of ours or to none", "[http]") {
  const ServerProcess server;
  for (const char* target : {"/../status", "/../../etc/passwd", "/a/../status", "/..", "/./status",
                             "/%2e%2e/status", "/..%2f..%2fetc%2fpasswd", "//status", "/status/..", "/%00",
                             "/%", "/%zz", "/%73tatus", "*", "status", "http://p2psig.test/status"}) {
    CAPTURE(target);
    const HttpResponse response = get(server.port(), target);
    CHECK((response.status == 200 || response.status == 400 || response.status == 404));
    CHECK(response.body.find("root:") == std::string::npos);
  }
  CHECK(get(server.port(), "/status").status == 200);
}

TEST_CASE("HEAD has the length of the body and no body", "[http]") {
  const ServerProcess server;
  for (const char* path : {"/status", "/healthz", "/readyz", "/", "/nothing"}) {
    CAPTURE(path);
    const HttpResponse with_body = get(server.port(), path);
    const HttpResponse head = ask(server.port(), request("HEAD " + std::string(path)));
    CHECK(head.status == with_body.status);
    CHECK(head.header("content-length") == with_body.header("content-length"));
    CHECK(head.header("content-type") == with_body.header("content-type"));
  }
}

TEST_CASE("another method is not allowed, known or not", "[http]") {
  const ServerProcess server;
  for (const char* method :
       {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO", "GETX"}) {
    CAPTURE(method);
    const HttpResponse response = ask(server.port(), request(std::string(method) + " /status"));
    CHECK(response.status == 405);
    CHECK(response.header("allow") == "GET, HEAD");
    CHECK(response.header("content-type") == "application/json");
    CHECK(response.body.starts_with("{\""));
  }
}

TEST_CASE("no page is open to other origins", "[http]") {
  const ServerProcess server;
  constexpr std::string_view origin =
      "Origin: http://elsewhere.test\r\nAccess-Control-Request-Method: "
      "GET\r\nAccess-Control-Request-Headers: x\r\n";
  // ask() looks for the headers that would make it so.
  CHECK(ask(server.port(), request("GET /status", origin)).status == 200);
  CHECK(ask(server.port(), request("OPTIONS /status", origin)).status == 405);
  CHECK(ask(server.port(), request("GET /nothing", origin)).status == 404);
  RawClient client(server.port());
  CHECK(client.upgrade("Origin: http://elsewhere.test\r\n").find("ccess-") == std::string::npos);
}

TEST_CASE("HTTP/1.0, and a request without Host, are answered and closed", "[http]") {
  const ServerProcess server;
  for (const char* text :
       {"GET /status HTTP/1.0\r\n\r\n", "GET /status HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /status HTTP/1.0\r\nHost: p2psig.test\r\n\r\n"}) {
    CAPTURE(text);
    CHECK(ask(server.port(), text).status == 200);
  }
  const HttpResponse without_host = ask(server.port(), "GET /status HTTP/1.1\r\n\r\n");
  CHECK((without_host.status == 200 || without_host.status == 400));
}

TEST_CASE("a client that will send no more gets its answer", "[http]") {
  const ServerProcess server;
  RawClient client(server.port());
  client.send(request("GET /status"));
  client.half_close();
  const RawClient::Rest rest = client.read_rest();
  CHECK(parse_response(rest.bytes).status == 200);
  CHECK(rest.end == End::closed);
}

TEST_CASE("the status counts whoever was told so before", "[http]") {
  const ServerProcess server;
  Lab lab(server.port());
  RawClient in_no_room(server.port());
  in_no_room.connect();
  const std::string both = "\"" + lab.ann.id() + "\",\"" + lab.bob.id() + "\"";
  CHECK(get(server.port(), "/status").body == R"({"totalClients":3,"clients":[)" + both + ",\"" +
                                                  in_no_room.id() + R"("],"rooms":{"lab":[)" + both + "]}}");
  lab.bob.send(close_frame(1000));
  CHECK(lab.bob.read_close().code == 1000);
  CHECK(get(server.port(), "/status").body == R"({"totalClients":2,"clients":[")" + lab.ann.id() + "\",\"" +
                                                  in_no_room.id() + R"("],"rooms":{"lab":[")" + lab.ann.id() +
                                                  "\"]}}");
}

}  // namespace p2psig::test
