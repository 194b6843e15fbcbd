// Every word the page says by itself.
// Why: one place to read the tone, to keep words plain and to check them against the glossary.
// It does not hold the paper's words, names or rules: those come from the server.
import type { Origin, Status } from './api'

export const words = {
  product: '暖家',
  skip: '跳到文件正文',
  rehearsal: '演练数据，不是真人',
  todayIs: (day: string) => `今天是 ${day}`,
  larger: '大字',
  largerTitle: '换成大字',
  smallerTitle: '换回平常字号',
  topBar: '顶栏',
  paper: '文件正文',
  fileOf: (issuer: string) => `${issuer}文件`,

  state: {
    met: '完成',
    under_way: '进行中',
    late: '有迟',
    lacking: '还差',
    advice: '建议',
    none: '不单独计数',
    counted: '数出',
    exempt: '不计',
  },
  status: {
    not_due: '还没到期',
    due: '进行中',
    met: '完成',
    late: '有迟',
    missing: '还差',
    exempt: '本期不计',
    cancelled: '撤',
  } satisfies Record<Status, string>,
  lackingN: (n: string) => `还差 ${n}`,
  notes: '这一段的完成情况',
  openClause: (id: string) => `看 ${id} 怎么算`,

  rail: {
    label: '截至哪一天',
    asOf: '截至',
    knob: '拖动选择日期，左右键一天，翻页键一个月',
    badDay: '请写成 2012-09-18 这样',
    outside: (from: string, to: string) => `请选 ${from} 到 ${to} 之间的一天`,
    backToToday: '回到今天',
    phases: '活动阶段',
    counts: '各句完成情况',
    reckoning: '正在算…',
    phaseShort: (name: string) => name.replace(/阶段$/, '').slice(-2),
  },

  org: {
    pick: '换单位',
    title: '看哪个单位',
    hint: '点单位名称，看它和下级的完成情况。',
    open: (name: string) => `展开${name}的下级`,
    shut: (name: string) => `收起${name}的下级`,
    here: '正在看',
    none: '没有下级单位',
    absent: '没有找到这个单位，请换一个',
  },

  totals: {
    heading: '数字对得上吗',
    origins: (text: number, reading: number, advice: number) =>
      `文件定了 ${text} 项，解释 ${reading} 项，系统另加 ${advice} 项（不计入）。`,
    caption: '文件说的数与名册里数出来的数',
    item: '项目',
    stated: '应有',
    counted: '数出来',
    answer: '对上了吗',
    agrees: '对上了',
    differs: '对不上',
    none: '这份文件没有要核的总数。',
    advice: '系统另加的建议',
    adviceHint: '下面几条不是文件的要求，只作提醒，不计入任何数字。',
    unplaced: '不在某一句里的要求',
  },

  clause: {
    close: '关闭',
    quote: '这句话',
    noQuote: '这一条不是文件里的原话。',
    rule: '怎么算',
    noRule: '这句话没有要计数的要求。',
    origin: '数从哪里来',
    readings: '这句话怎么算',
    readingsHint: '有几种说法，带 ★ 的是现在用的。',
    chosen: '现在用的说法',
    standing: '完成情况',
    noChildren: '没有下级单位要做这一条。',
    unit: '单位',
    notCounted: (n: number) => `不计 ${n}`,
    scope: (org: string, day: string) => `${org} · 截至 ${day}`,
    duties: '任务',
    noDuties: '到这一天，这里没有这一条的任务。',
    dutyTotal: (n: string) => `共 ${n} 项`,
    page: (n: number, last: number) => `第 ${n} 页，共 ${last} 页`,
    earlier: '上一页',
    later: '下一页',
    due: (day: string) => `截止 ${day}`,
    done: '已做',
    lateBy: (n: number) => `迟 ${n} 天`,
    absent: '没有找到这一条。它可能不在这份文件里。',
  },
  origin: {
    text: '文件原话',
    reading: '对文件的解释',
    advice: '系统建议，不计入',
  } satisfies Record<Origin, string>,

  evidence: {
    open: '算进去的记录',
    counted: '算进去的',
    notCounted: '没有算进去的',
    lacking: '还差什么',
    noneCounted: '还没有算进去的记录。',
    complete: '不差了。',
  },

  load: {
    waiting: '正在取…',
    unreachable: '连不上服务，请检查后重试',
    absent: '没有找到',
    again: '重试',
    emptyPaper: '这里还没有文件。',
  },
  print: {
    heading: '附注',
    asOf: (org: string, day: string) => `${org}，截至 ${day}`,
  },
}

export const levelWords: Record<string, string> = {
  city: '市',
  county: '县区',
  zone: '开发区',
  township: '乡镇街道',
  village: '村社区',
}
