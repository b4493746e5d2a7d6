// Clients get ascending ids, so a new session is an append to the sorted vector.
#include "sut/sessions.h"

#include <algorithm>
#include <cassert>

namespace tribunal::sut {
namespace {
constexpr auto by_client = [](const Sessions::Session& session, ClientId client) {
  return session.client < client;
};
}  // namespace

const Sessions::Session* Sessions::find(ClientId client) const {
  const auto place = std::lower_bound(sessions_.begin(), sessions_.end(), client, by_client);
  return place != sessions_.end() && place->client == client ? &*place : nullptr;
}

void Sessions::record(RequestId id, const Reply& reply) {
  const Session session{id.client, id.sequence, reply.status, reply.value.value_or(0),
                        reply.value.has_value()};
  const auto place = std::lower_bound(sessions_.begin(), sessions_.end(), id.client, by_client);
  if (place != sessions_.end() && place->client == id.client) {
    assert(place->sequence < id.sequence);
    *place = session;
  } else {
    sessions_.insert(place, session);
  }
}

Reply Sessions::again(const Session& session) {
  Reply reply;
  reply.status = session.status;
  if (session.has_value) reply.value = session.value;
  return reply;
}

}  // namespace tribunal::sut
