// A three-node etcd and a closed-loop client of its HTTP gateway.
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>
#include <unistd.h>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/streambuf.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>

#include "bench/loopback.h"
#include "cluster/processes/child.h"
#include "cluster/processes/true_time.h"

namespace tribunal::bench {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr const char* program = "/usr/bin/etcd";
constexpr int nodes = 3;

std::string base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      out += i + j <= text.size() ? digits[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string post(const char* path, const std::string& body) {
  return fmt::format("POST /v3/kv/{} HTTP/1.1\r\nHost: etcd\r\nContent-Length: {}\r\n\r\n{}", path,
                     body.size(), body);
}

// One client: asks, reads the answer, asks again.
class Asker : public std::enable_shared_from_this<Asker> {
 public:
  Asker(asio::io_context& io, const Load& load, std::uint64_t first, Clock::time_point end)
      : socket_(io), load_(load), n_(first), end_(end) {}

  bool connect(std::uint16_t port) {
    asio::error_code error;
    socket_.connect({asio::ip::address_v4::loopback(), port}, error);
    if (!error) socket_.set_option(tcp::no_delay(true), error);
    return !error;
  }
  void ask() {
    if (Clock::now() >= end_) return;
    n_ += load_.clients;
    const std::string key = base64(fmt::format("k{}", n_ % load_.keys));
    request_ = load_.reads
                   ? post("range", fmt::format(R"({{"key":"{}"}})", key))
                   : post("put", fmt::format(R"({{"key":"{}","value":"{}"}})", key,
                                             base64(fmt::format("{:08}", n_ % 100'000'000))));
    asked_ = Clock::now();
    asio::async_write(socket_, asio::buffer(request_),
                      [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                        if (!error) self->read_head();
                      });
  }

  std::vector<std::int64_t> latencies;
  std::uint64_t failed = 0;

 private:
  void read_head() {
    asio::async_read_until(
        socket_, answer_, "\r\n\r\n",
        [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
          if (!error) self->read_body(size);
        });
  }
  void read_body(std::size_t head_size) {
    std::string head(head_size, '\0');
    asio::buffer_copy(asio::buffer(head), answer_.data());
    answer_.consume(head_size);
    good_ = head.rfind("HTTP/1.1 200", 0) == 0;
    const std::size_t at = head.find("Content-Length: ");
    const std::size_t size =
        at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
    const std::size_t missing = size > answer_.size() ? size - answer_.size() : 0;
    body_ = size;
    asio::async_read(socket_, answer_, asio::transfer_exactly(missing),
                     [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                       if (!error) self->answered();
                     });
  }
  void answered() {
    answer_.consume(body_);
    const auto now = Clock::now();
    if (!good_) {
      ++failed;
    } else if (now <= end_) {
      latencies.push_back((now - asked_).count());
    }
    ask();
  }

  tcp::socket socket_;
  const Load& load_;
  std::uint64_t n_;
  Clock::time_point end_;
  Clock::time_point asked_;
  std::string request_;
  asio::streambuf answer_;
  std::size_t body_ = 0;
  bool good_ = false;
};

}  // namespace

Measured measured(std::vector<std::int64_t>& latencies, std::uint64_t failed, Duration length) {
  std::sort(latencies.begin(), latencies.end());
  const auto quantile = [&](double q) {
    if (latencies.empty()) return 0.0;
    const auto at = static_cast<std::size_t>(q * static_cast<double>(latencies.size() - 1));
    return static_cast<double>(latencies[at]) / 1e6;
  };
  Measured m;
  m.operations = latencies.size();
  m.failed = failed;
  m.per_second = static_cast<double>(latencies.size()) * 1e9 / static_cast<double>(length.count());
  m.p50 = quantile(0.5);
  m.p99 = quantile(0.99);
  m.p999 = quantile(0.999);
  return m;
}

struct Etcd::State {
  std::string directory;
  std::vector<cluster::Child> children;
  std::array<std::uint16_t, nodes> client_ports{};

  Status spawn();
  std::uint16_t leader_port();
  ~State() {
    children.clear();
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
};

Status Etcd::State::spawn() {
  std::array<std::uint16_t, nodes> peer_ports{};
  std::string members;
  {  // ports that are free now; held until all are chosen
    std::vector<cluster::FileDescriptor> held;
    for (auto* ports : {&client_ports, &peer_ports}) {
      for (std::uint16_t& port : *ports) {
        auto fd = cluster::listen_on_loopback(port);
        if (!fd) return Failure{fd.error()};
        held.push_back(*std::move(fd));
      }
    }
  }
  for (int n = 0; n < nodes; ++n)
    members += fmt::format("{}n{}=http://127.0.0.1:{}", n == 0 ? "" : ",", n,
                           peer_ports[static_cast<std::size_t>(n)]);
  for (int n = 0; n < nodes; ++n) {
    const auto at = static_cast<std::size_t>(n);
    const std::string client = fmt::format("http://127.0.0.1:{}", client_ports[at]);
    const std::string peer = fmt::format("http://127.0.0.1:{}", peer_ports[at]);
    auto child = cluster::Child::spawn({program,
                                        {"--name",
                                         fmt::format("n{}", n),
                                         "--data-dir",
                                         fmt::format("{}/n{}", directory, n),
                                         "--listen-client-urls",
                                         client,
                                         "--advertise-client-urls",
                                         client,
                                         "--listen-peer-urls",
                                         peer,
                                         "--initial-advertise-peer-urls",
                                         peer,
                                         "--initial-cluster",
                                         members,
                                         "--initial-cluster-state",
                                         "new",
                                         "--logger",
                                         "zap",
                                         "--log-level",
                                         "error"},
                                        directory + "/log",
                                        -1,
                                        false});
    if (!child) return Failure{child.error()};
    children.push_back(*std::move(child));
  }
  return {};
}

Result<Etcd> Etcd::start(const std::string& directory) {
  if (::access(program, X_OK) != 0) return fail("not installed (package etcd-server)");
  auto state = std::make_unique<State>();
  state->directory = fmt::format("{}/etcd-{}", directory, ::getpid());
  std::error_code error;
  fs::create_directories(state->directory, error);
  if (error) return fail(state->directory + ": " + error.message());
  if (auto status = state->spawn(); !status) return Failure{status.error()};
  Etcd etcd(state.release());
  // Until a write succeeds.
  for (int attempt = 0; attempt < 100; ++attempt) {
    Load load;
    load.clients = 1;
    load.length = milliseconds(100);
    const auto probe = etcd.run(load);
    if (probe && probe->operations > 0) return etcd;
    ::usleep(100'000);
  }
  return fail("its cluster did not come to life within 20 s");
}

Etcd::Etcd(Etcd&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
Etcd::~Etcd() { delete state_; }

// The member that leads answers without forwarding: as for our own store, clients ask it.
std::uint16_t Etcd::State::leader_port() {
  for (const std::uint16_t port : client_ports) {
    asio::io_context io;
    tcp::socket socket(io);
    asio::error_code error;
    socket.connect({asio::ip::address_v4::loopback(), port}, error);
    if (error) continue;
    const std::string request =
        "POST /v3/maintenance/status HTTP/1.1\r\nHost: etcd\r\nConnection: "
        "close\r\nContent-Length: "
        "2\r\n\r\n{}";
    asio::write(socket, asio::buffer(request), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    const auto field = [&](const char* name) {
      const std::size_t at = answer.find(name);
      return at == std::string::npos ? std::string()
                                     : answer.substr(at + std::string(name).size(), 20);
    };
    const auto number = [](const std::string& text) { return text.substr(0, text.find('"')); };
    const std::string self = number(field("\"member_id\":\""));
    if (!self.empty() && self == number(field("\"leader\":\""))) return port;
  }
  return client_ports.front();
}

Result<Measured> Etcd::run(const Load& load) {
  asio::io_context io(1);
  const std::uint16_t port = state_->leader_port();
  const auto end = Clock::now() + load.length;
  std::vector<std::shared_ptr<Asker>> askers;
  for (std::uint32_t c = 0; c < load.clients; ++c) {
    askers.push_back(std::make_shared<Asker>(io, load, c, end));
    if (!askers.back()->connect(port)) return fail("nobody listens");
  }
  for (const auto& asker : askers) asker->ask();
  io.run_until(end + std::chrono::seconds(8));
  std::vector<std::int64_t> all;
  std::uint64_t failed = 0;
  for (const auto& asker : askers) {
    all.insert(all.end(), asker->latencies.begin(), asker->latencies.end());
    failed += asker->failed;
  }
  return measured(all, failed, load.length);
}

}  // namespace tribunal::bench
