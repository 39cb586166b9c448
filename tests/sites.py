"""Twelve reports on invented regions as pages of government sites, in five kinds of files, and what each kind loses.

    python -m tests.sites            print the table of losses for docs/documents.md; pictures need reform-kg[ocr]

A line with tabs is a row of a table; one that begins with 附件 is a link to an attachment.
"""

import functools
import tempfile
from collections import Counter
from pathlib import Path

from kg.extract import extract
from kg.readers import ocr
from kg.readers.read import read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from tests import making
from tests.test_formats import REPORTS, joined

MORE = """\
岚川县人民政府办公室2023年政务公开工作年度报告
2023年，岚川县人民政府办公室坚持以公开促落实，全年主动公开信息2,316条，办理依申请公开47件，按期答复率100%。
一、健全机制。召开专题会议4次，举办培训班3期，培训工作人员186人次。
二、优化平台。政府网站集约化平台累计访问量达45.2万人次，“岚川政务”公众号关注用户3.8万人。
项目\t数量
行政许可\t5210件
行政处罚\t318件
附件：岚川县政务公开统计表
岚川县人民政府办公室
2024年1月18日

云屏市市场监督管理局关于推行企业开办“一网通办”情况的通报
今年以来，云屏市市场监督管理局深化商事制度改革，推行企业开办“一网通办”，企业开办时间由3个工作日压缩至0.5个工作日。
（一）全程网办。依托“云屏易办”平台办理企业设立登记1.26万件，网办率达97.3%。
（二）免费刻章。为新开办企业免费发放印章4.5万枚，节约成本680万元。
（三）一照多址。推行“一照多址”改革，惠及连锁企业213户。
下一步，力争企业开办网办率不低于98%。
云屏市市场监督管理局
2023年11月6日

石汀区2024年“高效办成一件事”工作总结
石汀区以“高效办成一件事”为抓手，梳理主题事项21个，累计办件6.4万件，平均减少跑动次数3次。
一是流程再造。将“新生儿出生一件事”涉及的8个环节整合为1个环节，办理时限压缩82%。
二是数据赋能。归集电子证照156类、320万张，免提交材料率达到73.5%。
三是线下融合。设置综合窗口42个，进驻事项1,058项，满意率为99.6%。
主题\t办件量\t压缩时限
新生儿出生\t2300件\t82%
企业注销\t940件\t61.5%
石汀区政务服务管理局
2024年12月20日

白荻县医疗保障局2022年异地就医“跨省通办”工作报告
白荻县医疗保障局认真落实异地就医直接结算政策，开通跨省联网定点医疗机构26家，全年结算8,452人次。
推行“跨省通办”，异地就医备案线上办理率达91.2%，平均办理时间缩短至5分钟。
设立医保服务站点68个，实现乡镇（街道）全覆盖，服务群众12.7万人次。
存在的不足：宣传不够深入，部分老年人不会使用线上渠道。
白荻县医疗保障局
2023年1月5日

临渚市12345热线2023年度运行情况报告
2023年，临渚市12345热线受理群众诉求52.8万件，同比增长14.6%，按时办结率99.1%，群众满意率95.8%。
一、提升接通能力。增加座席30个，平均接通时间为11秒，接通率达98.4%。
二、强化督办。对超期工单督办1,327件，约谈承办单位9家。
三、推行“接诉即办”。推行“接诉即办”改革，首次响应时间缩短至2小时。
类别\t受理量\t占比
咨询\t31.2万件\t59.1%
投诉\t12.4万件\t23.5%
求助\t9.2万件\t17.4%
临渚市政务服务数据管理局
2024年2月2日

桥东区行政审批局关于“帮办代办”服务情况的报告
桥东区行政审批局组建帮办代办队伍，配备帮办代办员128名，为重点项目提供全程服务。
1.推行“帮办代办”。全年为企业帮办事项3,640件，代办证照1,275个，服务项目86个。
2.推行容缺受理。公布容缺受理事项清单152项，容缺办理2,018件。
3.推行“告知承诺制”。办理告知承诺件4,903件，减少证明材料1.1万份。
附件：桥东区容缺受理事项清单
桥东区行政审批局
2023年12月15日

松坪自治县人力资源和社会保障局2024年就业服务工作总结
2024年，全县城镇新增就业4,120人，失业人员再就业1,036人，就业困难人员就业385人，城镇登记失业率控制在3.8%以内。
建成零工市场5个，举办招聘会62场，提供岗位1.9万个，达成就业意向7,430人次。
社会保障卡持卡人数达28.6万人，电子社保卡签发率为76.9%。
通过“松坪人社”小程序办理业务5.3万件，网上办理率达88.2%。
松坪自治县人力资源和社会保障局
2025年1月9日

南浔湾新区公共资源交易中心2023年度工作报告
南浔湾新区公共资源交易中心全年完成交易项目1,842个，交易额136.5亿元，节约资金7.2亿元，节约率5.3%。
推行“不见面开标”，不见面开标项目1,530个，占比83.1%。
推行远程异地评标，与周边4个城市开展远程异地评标项目212个。
电子保函累计开具9,860份，替代保证金14.8亿元。
指标\t2022年\t2023年
交易项目\t1650个\t1842个
交易额\t121.3亿元\t136.5亿元
南浔湾新区公共资源交易中心
2024年1月25日

碧湖县不动产登记中心关于推行“交房即交证”的工作情况
碧湖县不动产登记中心推行“交房即交证”改革，已在17个楼盘实施，惠及业主6,285户。
推行“带押过户”，办理带押过户业务734件，涉及金额5.6亿元。
一般登记办理时限压缩至2个工作日，抵押登记1小时办结，网上申请率达79.4%。
推出“碧湖不动产”线上平台，累计查询18.3万次，签发电子证书2.2万本。
下一步，力争2024年底前网上申请率达到85%以上。
碧湖县不动产登记中心
2023年10月30日"""
SITES = {lines[0]: lines for lines in [*REPORTS.values(), *(part.split("\n") for part in MORE.split("\n\n"))]}
"""The lines of each, by its title."""


def _attachment(line: str) -> str:
    name = line.removeprefix("附件：")
    return f'<p>附件：<a href="/files/{len(name)}.docx" target="_blank">{name}</a></p>'


def portal(lines, charset="utf-8") -> str:
    """A page as newer portals have it: everything in nested boxes, a bar of tools, attachments, related links."""
    title, *rest = lines
    parts, rows = [], []
    for line in [*rest, ""]:
        if "\t" in line:
            rows.append(line)
            continue
        if rows:
            parts.append(f"<div class='table-wrap'>{making.table(rows)}</div>")
            rows = []
        if line:
            shown = _attachment(line) if line.startswith("附件：") else f"<div><span>　　{line}</span></div>"
            parts.append(shown)
    head = making.HEAD.format(charset=charset, title=title)
    return f"""{head}<body><header class="header"><div class="logo">岚川县人民政府</div>
{making.NAVIGATION}</header><main><div class="wrap"><div class="crumbs">首页 &gt; 公开 &gt; 年报</div>
<h2 class="tit">{title}</h2>{making.BYLINE}<div class="share">分享到：微信 微博</div>
<div class="article"><div class="view TRS_UEDITOR">{"".join(parts)}</div></div>
<div class="pager">上一篇：<a href="/a">关于开展检查的通知</a> 下一篇：<a href="/b">2022年工作总结</a></div>
{making.RELATED}</div></main>{making.FOOTER}"""


LAYOUTS = (making.page, making.old_page, portal)


def _page(lines, charset="utf-8"):
    """The page of a report, in one of three layouts."""
    return LAYOUTS[list(SITES).index(lines[0]) % len(LAYOUTS)](lines, charset)


BY_OCR = "PNG, by OCR"
KINDS = {
    "HTML, UTF-8": ("r.html", lambda lines: _page(lines).encode()),
    "HTML, GB18030": ("r.htm", lambda lines: _page(lines, "gb2312").encode("gb18030")),
    "PDF": ("r.pdf", lambda lines: making.report_pdf(lines, "政务公开")),
    "Word": ("r.docx", making.report_docx),
    BY_OCR: ("r.png", making.picture),
}


@functools.cache
def _known():
    return load_lexicon(), load_gazetteer()


@functools.cache
def facts(name: str, data: bytes) -> Counter:
    """What a file states, without offsets."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        found = extract(read(path), *_known())
    meta, seen = found.meta, Counter()
    fields = ("title", "publisher", "region", "period", "issued")
    seen.update(("document", name, getattr(meta, name)) for name in fields if getattr(meta, name))
    seen.update(
        ("figure", str(o.quantity.value), o.quantity.unit, o.indicator, o.reform, o.platform, o.period, str(o.modality))
        for o in found.observations
    )
    seen.update(("name", str(m.kind), m.label) for m in found.mentions)
    seen.update(("relation", r.subject, r.predicate, r.object) for r in found.relations)
    return seen


def losses(kind: str, titles=tuple(SITES)) -> tuple[int, Counter, Counter]:
    """Return how many facts the plain texts state, and which of them a kind of file loses and adds."""
    name, make = KINDS[kind]
    stated, lost, added = 0, Counter(), Counter()
    for title in titles:
        lines = SITES[title]
        plain, other = facts("r.txt", joined(lines).encode()), facts(name, make(lines))
        stated += plain.total()
        lost += plain - other
        added += other - plain
    return stated, lost, added


def row(kind: str) -> str:
    """A line of the table in docs/documents.md."""
    stated, lost, added = losses(kind)
    return f"| {kind} | {stated} | {lost.total()} | {added.total()} |"


if __name__ == "__main__":
    print("| twelve pages as | facts of the plain texts | lost | added |\n| --- | --- | --- | --- |")
    for each in KINDS:
        if each != BY_OCR or ocr.is_there():
            print(row(each), flush=True)
