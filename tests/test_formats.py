"""The same report in every kind of file states the same facts."""

import functools

import pytest

from kg.extract import extract
from kg.readers.read import read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from tests import making

REPORTS = {
    "松河县": [
        "松河县政务服务局2023年工作报告",
        "2023年，松河县政务服务局坚持以企业和群众需求为导向，持续深化“放管服”改革，推动政务服务提质增效。现将有关情况报告如下。",
        "一、主要做法和成效",
        "（一）推进“跨省通办”。设立跨省通办专窗，可办事项达90项，全年办理跨省通办业务1854件，群众满意率达99.8%，实现异地办事“不来回跑”。",
        "（二）推行“一件事一次办”。梳理上线“一件事一次办”主题32个，累计办理18.67万件，平均压缩办理时限76.5%，减少申请材料1,260份。",
        "（三）提升网上办事能力。全县政务服务事项网上可办率达98.6%，通过一体化政务服务平台办件3.25万件，电子证照共享应用12.6万次。",
        "指标\t数量\t占比",
        "跨省通办业务\t1854件\t5.2%",
        "一件事办件\t18.67万件\t42.5%",
        "二、存在问题",
        "部分窗口人员业务能力有待提高，数据共享还不够充分，个别事项办理环节偏多，与群众期盼仍有差距。",
        "三、下一步打算",
        "2024年，力争网上可办率不低于99%，新增“一件事一次办”主题10个以上，进驻政务服务大厅事项达到1200项。",
        "松河县政务服务局",
        "2024年1月12日",
    ],
    "雾岭区": [
        "雾岭区行政审批局关于2022年度优化营商环境工作情况的报告",
        "今年以来，我局紧扣“高效办成一件事”，以数字化改革为牵引，努力打造一流营商环境，各项工作取得新进展。",
        "1.推行“证照分离”全覆盖。对523项涉企经营许可事项实行分类改革，惠及企业4,380户，企业开办时间压缩至0.5个工作日。",
        "2.深化告知承诺制。公布告知承诺事项清单86项，办理告知承诺件2.1万件，同比增长37.4%，减免证明材料5.8万份。",
        "3.建设“一网通办”平台。平台注册用户突破56万人，日均访问量3.2万次，不见面审批率达到85.3%，“好差评”评价量为12.9万条，好评率99.97%。",
        "街道\t办件量\t满意率",
        "东岭街道\t8600件\t99.1%",
        "西岭街道\t7200件\t98.7%",
        "下一步，我局将继续优化流程，强化监督，确保各项改革任务落地见效，为全区高质量发展提供有力支撑。",
        "雾岭区行政审批局",
        "2022年12月30日",
    ],
    "清溪市": [
        "清溪市数据局2024年法治政府建设年度报告",
        "2024年，清溪市数据局全面落实法治政府建设要求，依法履行职责，现将全年工作情况报告如下。",
        "一、健全制度机制",
        "一是完善行政规范性文件管理，全年审查文件14件，清理废止3件。二是开展法治培训6场次，参训人员420人次。三是公开政府信息1,035条，依申请公开答复28件，办结率100%。",
        "二、优化政务服务",
        "推动“免证办”改革，归集电子证照237类、1.86亿条，支撑免证办事项1,108项，累计免提交材料960万份。建成24小时自助服务区45个，投放自助终端310台。",
        "三、加强热线办理",
        "12345热线全年受理诉求68.4万件，按时办结率99.2%，群众满意率96.35%，平均办理时长2.4天。",
        "清溪市数据局",
        "2025年1月20日",
    ],
}  # fmt: skip
KINDS = {
    "gbk.txt": lambda lines: joined(lines).encode("gb18030"),
    "utf16.txt": lambda lines: joined(lines).encode("utf-16"),
    "page.html": lambda lines: making.page(lines).encode(),
    "page-gbk.shtml": lambda lines: making.page(lines, "gb2312").encode("gb18030"),
    "old.htm": lambda lines: making.old_page(lines).encode("gb18030"),
    "saved.aspx": lambda lines: making.page(lines, "gbk").encode(),
    "print.pdf": lambda lines: making.report_pdf(lines, "清溪市政务公开"),
    "small.pdf": lambda lines: making.report_pdf(lines, "", "第 {} 页", 11),
    "report.docx": making.report_docx,
}


def joined(lines):
    return "\n".join(line.replace("\t", " | ") for line in lines)


@functools.cache
def known():
    return load_lexicon(), load_gazetteer()


def facts(path):
    """What a file states, without its offsets."""
    found = extract(read(path), *known())
    meta = found.meta
    return {
        "meta": (meta.title, meta.publisher, meta.number, meta.region, meta.period, meta.issued),
        "observations": [
            (str(o.quantity.value), o.quantity.unit, o.indicator, o.reform, o.platform, o.period, str(o.modality))
            for o in found.observations
        ],
        "mentions": [(str(m.kind), m.label) for m in found.mentions],
        "relations": [(r.subject, r.predicate, r.object) for r in found.relations],
    }


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_gives_the_facts_of_the_plain_text(tmp_path, name, kind):
    plain, other = tmp_path / "plain.txt", tmp_path / kind
    plain.write_text(joined(REPORTS[name]), encoding="utf-8")
    other.write_bytes(KINDS[kind](REPORTS[name]))
    expected, actual = facts(plain), facts(other)

    assert len(expected["observations"]) >= 10
    assert actual == expected
