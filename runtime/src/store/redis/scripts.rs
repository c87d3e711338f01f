//! One script a method: Redis runs it alone, from beginning to end, and tells it the time. `KEYS` are the names that the
//! store has in Redis; what comes of versions is compared as text, since Lua's numbers have 53 bits.
//!
//! A record is a hash: `v`ersion, `d`ue, `b`ody, `h`older, lease `u`ntil, `s`ent at, and of an unsettled request `uh`, its
//! holder, and `ua`, its moment.

use redis::Script;

pub(super) struct Scripts {
    pub load: Script,
    pub write: Script,
    pub delete: Script,
    pub claim: Script,
    pub claim_due: Script,
    pub confirm: Script,
    pub release: Script,
    pub scan: Script,
}

impl Scripts {
    pub fn new() -> Self {
        Self {
            load: Script::new(LOAD),
            write: Script::new(WRITE),
            delete: Script::new(DELETE),
            claim: Script::new(&[NOW, TAKE, CLAIM].concat()),
            claim_due: Script::new(&[NOW, TAKE, CLAIM_DUE].concat()),
            confirm: Script::new(&[NOW, CONFIRM].concat()),
            release: Script::new(RELEASE),
            scan: Script::new(SCAN),
        }
    }
}

/// Milliseconds since 1970.
const NOW: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
";

/// Gives nothing, when there is no record; or whether the lease was taken, the record, an unsettled holder, and how old
/// its request is, or how long the lease lasts yet.
const TAKE: &str = "
local function take(name, holder, length)
    local r = redis.call('HMGET', name, 'v', 'd', 'b', 'h', 'u', 's', 'uh', 'ua')
    if not r[1] then return nil end
    if r[5] and tonumber(r[5]) > now then
        return {0, r[1], r[2] or '', r[3], '', tonumber(r[5]) - now}
    end
    local unsettled, at = r[7], r[8]
    if not at and r[6] then
        unsettled, at = r[4], r[6]
        redis.call('HSET', name, 'uh', unsettled, 'ua', at)
    end
    redis.call('HDEL', name, 's')
    redis.call('HSET', name, 'h', holder, 'u', now + length)
    return {1, r[1], r[2] or '', r[3], unsettled or '', at and now - tonumber(at) or -1}
end
";

const LOAD: &str = "
local r = redis.call('HMGET', KEYS[1], 'v', 'd', 'b')
if not r[1] then return {} end
return {{ARGV[1], r[1], r[2] or '', r[3]}}
";

/// Key, expected version, version, due, body. What isn't there is an empty text.
const WRITE: &str = "
if (redis.call('HGET', KEYS[1], 'v') or '') ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', ARGV[3], 'b', ARGV[5])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
if ARGV[4] ~= '' then
    redis.call('HSET', KEYS[1], 'd', ARGV[4])
    redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
else
    redis.call('ZREM', KEYS[3], ARGV[1])
end
return 1
";

const DELETE: &str = "
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('DEL', KEYS[1])
";

/// Holder, length.
const CLAIM: &str = "return take(KEYS[1], ARGV[1], ARGV[2])";

/// Holder, length, the prefix of the keys, the last due moment, how many. The names of records are `KEYS[1]` and a key.
const CLAIM_DUE: &str = "
local all, offset, limit = {}, 0, tonumber(ARGV[5])
while #all < limit do
    local keys = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[4], 'LIMIT', offset, 100)
    if #keys == 0 then break end
    for _, key in ipairs(keys) do
        if #all == limit then break end
        if string.sub(key, 1, #ARGV[3]) == ARGV[3] then
            local taken = take(KEYS[1] .. key, ARGV[1], ARGV[2])
            if taken and taken[1] == 1 then all[#all + 1] = {key, taken} end
        end
    end
    offset = offset + #keys
end
return all
";

/// Holder, length.
const CONFIRM: &str = "
if redis.call('HGET', KEYS[1], 'h') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 's', now, 'u', now + ARGV[2])
return 1
";

const RELEASE: &str = "
if redis.call('HGET', KEYS[1], 'h') ~= ARGV[1] then return 0 end
return redis.call('HDEL', KEYS[1], 'h', 'u', 's')
";

/// From, to, how many: as `ZRANGEBYLEX` has them. The names of records are `KEYS[1]` and a key.
const SCAN: &str = "
local all = {}
for _, key in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
    local r = redis.call('HMGET', KEYS[1] .. key, 'v', 'd', 'b')
    if r[1] then all[#all + 1] = {key, r[1], r[2] or '', r[3]} end
end
return all
";
