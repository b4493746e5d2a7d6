// Text inside of HTML pages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tribunal::reports {

// Safe as content and inside of quoted attributes.
std::string escape_html(std::string_view text);

// As escape_html, with what could reverse or break a line spelled out, cut to about `limit` bytes.
std::string shown_html(std::string_view text, std::size_t limit = 4000);

// For <script type="application/json">: in JSON "<" occurs in strings only. Without it no end tag
// and no comment can begin.
std::string json_for_script(std::string_view json);

}  // namespace tribunal::reports
