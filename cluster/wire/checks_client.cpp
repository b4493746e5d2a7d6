// What a store takes for granted of requests.
#include <span>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"
#include "sut/replicated/stamp.h"

namespace tribunal::cluster::wire {
namespace {

// As replicated::encode() writes a token: three words, then two for each dot. One node's word is
// below nodes * 2^32; that decoding and encoding again gives the same words says all the rest.
void inspect_token(Inspection& in, const sut::Context& words, std::uint16_t nodes) {
  if (words.empty()) return;  // nothing was shown yet
  in.expect(words.size() >= 3 && words.size() % 2 == 1, "a context of whole dots");
  if (words.size() < 3 || words.size() % 2 == 0) return;
  expect_bounded(in, static_cast<std::int64_t>(words[0]), words[1]);
  const std::uint64_t in_vector = words[2];
  in.expect(in_vector <= (words.size() - 3) / 2, "a context of as many dots as it says");
  // Sorted first: decoding what is not would take long.
  std::uint64_t place = 0;
  for (std::size_t i = 3; i + 3 < words.size(); i += 2, ++place) {
    if (place + 1 == in_vector) continue;  // from the vector to the single dots
    const bool rises = words[i] < words[i + 2] || (place >= in_vector && words[i] == words[i + 2] &&
                                                   words[i + 1] < words[i + 3]);
    in.expect(rises, "the dots of a context to ascend");
  }
  if (!in.status().ok()) return;
  const sut::replicated::Token token = sut::replicated::decode(words);
  inspect(in, token.seen, nodes);
  in.expect(encode(token) == words, "a context as a store gives it");
}

}  // namespace

Status check(const ClientRequest& request, std::uint16_t nodes) {
  Inspection in;
  in.expect(request.id.sequence > 0, "a request with a number");
  expect_bounded(in, request.id.sequence, request.after);
  inspect_token(in, request.context, nodes);
  inspect_token(in, request.session, nodes);
  return in.status();
}

}  // namespace tribunal::cluster::wire
