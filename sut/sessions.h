// What each client was last told, so that a retried request is answered again instead of being
// applied twice (Ongaro, Consensus: Bridging Theory and Practice, §6.3). Replicated with the state
// it protects.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "sut/command.h"

namespace tribunal::sut {

class Sessions {
 public:
  struct Session {
    ClientId client{};
    std::uint64_t sequence = 0;  // the latest command applied for this client
    Status status = Status::ok;  // and what became of it
    std::int64_t value = 0;      // what it was answered, if has_value
    bool has_value = false;
    friend bool operator==(const Session&, const Session&) = default;
    static auto fields(auto& self) {
      return std::tie(self.client, self.sequence, self.status, self.value, self.has_value);
    }
  };

  // nullptr when nothing of this client was applied. Valid until the next record().
  const Session* find(ClientId client) const;

  // Precondition: id.sequence is greater than any recorded for id.client.
  void record(RequestId id, const Reply& reply);
  // The reply that was recorded.
  static Reply again(const Session& session);

  std::uint64_t wire_bytes() const { return sessions_.size() * sizeof(Session); }

  friend bool operator==(const Sessions&, const Sessions&) = default;
  static auto fields(auto& self) { return std::tie(self.sessions_); }

 private:
  std::vector<Session> sessions_;  // by client
};

}  // namespace tribunal::sut
