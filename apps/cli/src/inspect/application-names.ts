/**
 * What the numbers of applications mean: AID of YD/T 3957 and the Chinese message set, PSID of IEEE 1609.12. Numbers that
 * stand in real certificates without a public meaning say so. Chinese beside the English, as operators know them.
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [32, 'vehicle safety messages (BSM)'],
  [33, 'limited vehicle safety messages'],
  [34, 'rail vehicle safety messages'],
  [35, 'security management'],
  [36, 'cooperative awareness (CAM)'],
  [37, 'event notification (DENM)'],
  [38, 'misbehaviour reports'],
  [39, 'vulnerable road users'],
  [111, 'basic safety messages 基本安全消息 (BSM)'],
  [112, 'meaning not public'],
  [113, 'meaning not public'],
  [114, 'meaning not public'],
  [130, 'intersection safety (SPAT, MAP)'],
  [131, 'traveller information'],
  [135, 'service advertisements'],
  [256, 'CRLs'],
  [3618, 'maps 地图消息 (MAP)'],
  [3619, 'traffic lights 信号灯消息 (SPAT)'],
  [3620, 'road side information 路侧信息 (RSI)'],
  [3621, 'road side information 路侧信息 (RSI)'],
  [3622, 'road side information 路侧信息 (RSI)'],
  [3623, 'road side safety messages 路侧安全消息 (RSM)'],
  [3624, 'meaning not public'],
  [3627, 'security management 安全管理'],
  [3628, 'CRLs 证书撤销列表'],
  [3629, 'misbehaviour reports 异常行为报告'],
  [2_113_696, 'activation codes (ACPC)'],
  [270_549_119, 'misbehaviour of no application'],
]);

/** `3627 security management 安全管理`; the number alone when nobody gave it a name. */
export function applicationName(aid: number): string {
  const name = NAMES.get(aid);
  return name === undefined ? String(aid) : `${aid} ${name}`;
}
