// Small text helpers shared by every place that reads what a person typed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tribunal {

// "60s", "1.5s", "250ms", "10us", "5ns", "2m", "1h". A bare number is an error: the unit is
// required.
Result<Duration> parse_duration(std::string_view text);
std::string show_duration(Duration duration);  // the shortest exact form that parse_duration reads

// "4G", "512M", "64K", "123": bytes, powers of 1024.
Result<std::uint64_t> parse_bytes(std::string_view text);

std::string show_node(NodeId node);  // "n1" is NodeId{0}

Result<std::int64_t> parse_integer(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The candidate with the smallest edit distance to `word`, or "" when none is near enough to be
// meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// "unknown mode 'raff'; did you mean 'raft'? valid: raft, single-leader". With `of`, the first
// clause is "unknown key 'fsink' for mode raft".
std::string unknown_name(std::string_view what, std::string_view word,
                         const std::vector<std::string>& valid, std::string_view of = "");

// The same text with every byte that is not printable UTF-8 written as \xNN, cut to at most `limit`
// bytes: for quoting untrusted input in one line of an error message.
std::string quote(std::string_view text, std::size_t limit = 60);

}  // namespace tribunal
