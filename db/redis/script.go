package redis

// Scripts run where a decision depends on data; none of them runs for each row of a large batch of plain sets.

// replaceScript makes KEYS[1] hold exactly the fields in ARGV. The hash is never empty in between: readers would take the row for deleted.
const replaceScript = `
local stale = {}
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do stale[name] = true end
for i = 1, #ARGV, 2 do stale[ARGV[i]] = nil end
if #ARGV > 0 then redis.call('HSET', KEYS[1], unpack(ARGV)) end
for name in pairs(stale) do redis.call('HDEL', KEYS[1], name) end`

// withoutScript removes fields from a row of a state table, whose protocol only knows how to replace it. KEYS: temporary hash, final hash, DEL_SET.
// ARGV: the row's key, the number of removed fields, their names, then fields to set. A row left without fields is a deletion.
const withoutScript = `
local temp, final, dels = KEYS[1], KEYS[2], KEYS[3]
local row = {}
local function take(list) for i = 1, #list, 2 do row[list[i]] = list[i+1] end end
if redis.call('SISMEMBER', dels, ARGV[1]) == 0 then take(redis.call('HGETALL', final)) end
take(redis.call('HGETALL', temp))
local first = 3 + tonumber(ARGV[2])
for i = first, #ARGV, 2 do row[ARGV[i]] = ARGV[i+1] end
for i = 3, first - 1 do row[ARGV[i]] = nil end
redis.call('SADD', dels, ARGV[1])
redis.call('DEL', temp)
for name, value in pairs(row) do redis.call('HSET', temp, name, value) end`

// pendingScript is a row of a state table as it will be when it is popped. KEYS: temporary hash, final hash, DEL_SET. ARGV: the row's key.
const pendingScript = `
local row, fields = {}, {}
local function take(list) for i = 1, #list, 2 do row[list[i]] = list[i+1] end end
if redis.call('SISMEMBER', KEYS[3], ARGV[1]) == 0 then take(redis.call('HGETALL', KEYS[2])) end
take(redis.call('HGETALL', KEYS[1]))
for name, value in pairs(row) do fields[#fields+1] = name; fields[#fields+1] = value end
return fields`

// popScript is ConsumerStateTable's pop (sonic-contract 2.4) for up to ARGV[1] rows; ARGV[2] is the prefix of final hashes. KEYS: KEY_SET, DEL_SET.
// It returns the keys, and which of them, counted from 1, have no row. A new row's temporary hash is renamed, which costs half of copying
// it; but where somebody listens to patterns of keyspace events, the copy is made, so that the events are SONiC's.
const popScript = `
local call, pcall, prefix = redis.call, redis.pcall, ARGV[2]
local hidden = '_' .. prefix
local keys = call('SPOP', KEYS[1], ARGV[1])
local gone, missing, copied, copies = {}, 0, {}, 0
local wiped, replaced = {}, true
if #keys > 0 and call('EXISTS', KEYS[2]) == 1 then
  local dels, finals, temps, n = {}, {}, {}, 0
  for i, marked in ipairs(call('SMISMEMBER', KEYS[2], unpack(keys))) do
    if marked == 1 then
      n = n + 1
      wiped[i], dels[n], finals[n], temps[n] = true, keys[i], prefix .. keys[i], hidden .. keys[i]
    end
  end
  if n > 0 then
    call('SREM', KEYS[2], unpack(dels))
    call('DEL', unpack(finals))
    replaced = call('EXISTS', unpack(temps)) > 0
  end
end
local rename = call('PUBSUB', 'NUMPAT') == 0
for i = 1, #keys do
  local temp, final = hidden .. keys[i], prefix .. keys[i]
  local moved = 0
  if wiped[i] and not (replaced and call('EXISTS', temp) == 1) then
    moved = nil
  elseif rename then
    moved = pcall('RENAMENX', temp, final)
  end
  if moved == 0 then
    local fields = call('HGETALL', temp)
    if #fields > 0 then
      call('HSET', final, unpack(fields))
      copies = copies + 1
      copied[copies] = temp
      moved = 1
    end
  end
  if moved ~= 1 then
    missing = missing + 1
    gone[missing] = i
  end
end
if copies > 0 then call('DEL', unpack(copied)) end
return {keys, gone}`
