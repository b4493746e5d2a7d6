// Sockets are made and accepted by hand, because Asio does not mark them close-on-exec in the same
// call; a process that another thread starts meanwhile would inherit them.
#include "cluster/processes/proxy_listener.h"

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <arpa/inet.h>
#include <asio.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tribunal::cluster {

using asio::ip::tcp;

struct ProxyListener::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, Accept on_accept)
      : acceptor(io), retry(io), accept(std::move(on_accept)) {}

  void wait();
  void wait_for_descriptors();
  void accept_all();

  tcp::acceptor acceptor;
  asio::steady_timer retry;
  Accept accept;
  std::uint16_t port = 0;
};

void ProxyListener::State::wait() {
  acceptor.async_wait(tcp::acceptor::wait_read,
                      [self = shared_from_this()](const std::error_code& error) {
                        if (!error && self->acceptor.is_open()) self->accept_all();
                      });
}

// Out of descriptors: the connection stays where it is, and to ask again at once would be a busy
// loop.
void ProxyListener::State::wait_for_descriptors() {
  retry.expires_after(std::chrono::milliseconds(10));
  retry.async_wait([self = shared_from_this()](const std::error_code& error) {
    if (!error && self->acceptor.is_open()) self->accept_all();
  });
}

void ProxyListener::State::accept_all() {
  for (;;) {
    const int descriptor =
        ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      accept(descriptor);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait();
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      wait_for_descriptors();
      return;
    }
  }
}

namespace {

// A listening socket, or -1 and errno.
int listen_on_loopback(std::uint16_t& port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(descriptor, generic, size) != 0 || ::listen(descriptor, SOMAXCONN) != 0 ||
      ::getsockname(descriptor, generic, &size) != 0) {
    const int error = errno;
    ::close(descriptor);
    errno = error;
    return -1;
  }
  port = ntohs(address.sin_port);
  return descriptor;
}

}  // namespace

Result<std::unique_ptr<ProxyListener>> ProxyListener::open(asio::io_context& io, Accept accept) {
  auto state = std::make_shared<State>(io, std::move(accept));
  const int descriptor = listen_on_loopback(state->port);
  std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) {
    error.clear();
    state->acceptor.assign(tcp::v4(), descriptor, error);
    if (error) ::close(descriptor);
  }
  if (error) return fail("cannot listen on 127.0.0.1: " + error.message());
  state->wait();
  return std::unique_ptr<ProxyListener>(new ProxyListener(std::move(state)));
}

ProxyListener::ProxyListener(std::shared_ptr<State> state) : state_(std::move(state)) {}

ProxyListener::~ProxyListener() {
  std::error_code ignored;
  state_->acceptor.close(ignored);
  state_->retry.cancel();
}

std::uint16_t ProxyListener::port() const { return state_->port; }

}  // namespace tribunal::cluster
