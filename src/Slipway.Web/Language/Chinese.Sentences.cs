using System.Diagnostics;
using Slipway.Applications;
using Slipway.Budgets;
using Slipway.Runtime.Api;
using Slipway.Tickets;
using Slipway.Web.Looks;

namespace Slipway.Web.Language;

public sealed partial class Chinese
{
    public override string Phase(TicketPhase phase) => phase switch
    {
        TicketPhase.Initializing => "初始化中",
        TicketPhase.Initialized => "已初始化",
        TicketPhase.InitializeFailed => "初始化失败",
        TicketPhase.Executing => "执行中",
        TicketPhase.WaitingForConfirmation => "待确认",
        TicketPhase.Pausing => "暂停中",
        TicketPhase.Paused => "已暂停",
        TicketPhase.Succeeded => "成功",
        TicketPhase.Failed => "失败",
        TicketPhase.Cancelling => "取消中",
        TicketPhase.Cancelled => "已取消",
        TicketPhase.Undoing => "撤销中",
        TicketPhase.Undone => "已撤销",
        _ => Look.Of(phase).Word,
    };

    public override string Pod(PodState state) => state switch
    {
        PodState.NotUpdated => "未更新",
        PodState.Updating => "更新中",
        PodState.UpdateSuccessful => "更新成功",
        PodState.UpdateFailed => "更新失败",
        PodState.Skipped => "已跳过",
        _ => throw new UnreachableException(),
    };

    public override string Group(GroupState state) => state switch
    {
        GroupState.Waiting => "等待",
        GroupState.Executing => "执行中",
        GroupState.Succeeded => "成功",
        GroupState.Failed => "失败",
        GroupState.Skipped => "已跳过",
        GroupState.Cancelled => "已取消",
        _ => throw new UnreachableException(),
    };

    public override string Operation(Operation operation) => operation switch
    {
        Slipway.Tickets.Operation.Restart => "重启",
        Slipway.Tickets.Operation.Replace => "替换",
        Slipway.Tickets.Operation.ScaleIn => "指定缩容",
        Slipway.Tickets.Operation.RemoveTraffic => "指定摘流",
        Slipway.Tickets.Operation.ShiftTraffic => "SLB 切流",
        _ => throw new UnreachableException(),
    };

    public override string About(Operation operation) => operation switch
    {
        Slipway.Tickets.Operation.Restart => "容器原地重启：Pod、IP 和节点不变。",
        Slipway.Tickets.Operation.Replace => "驱逐 Pod，由工作负载重新创建。",
        Slipway.Tickets.Operation.ScaleIn => "只缩掉所选 Pod，副本数相应减少。",
        Slipway.Tickets.Operation.RemoveTraffic => "Pod 继续运行，但不再接收流量。",
        Slipway.Tickets.Operation.ShiftTraffic => "调整各部署单元的 Pod 权重。",
        _ => throw new UnreachableException(),
    };

    public override string Verb(CommandVerb verb) => verb switch
    {
        CommandVerb.Publish => "全部发布",
        CommandVerb.Confirm => "确认",
        CommandVerb.Pause => "暂停",
        CommandVerb.Resume => "继续",
        CommandVerb.Retry => "重试",
        CommandVerb.Skip => "跳过",
        CommandVerb.Cancel => "取消",
        CommandVerb.Reinitialize => "重新初始化",
        CommandVerb.Approve => "批准",
        CommandVerb.Undo => "撤销",
        _ => throw new UnreachableException(),
    };

    public override string Consequence(CommandVerb verb) => verb switch
    {
        CommandVerb.Publish => "开始执行运维单。按分组逐组处理，并遵守保护与中断预算。",
        CommandVerb.Confirm => "继续下一个分组。",
        CommandVerb.Pause => "完成处理中的 Pod，不再开始新的。",
        CommandVerb.Resume => "继续执行，执行前重新检查。",
        CommandVerb.Retry => "重新处理失败的 Pod，成功的保持不变。",
        CommandVerb.Skip => "保留失败或等待中的 Pod，计为已跳过。",
        CommandVerb.Cancel => "不再开始新的 Pod，处理中的会完成，已完成的不回退。",
        CommandVerb.Reinitialize => "重新解析 Pod 并检查。",
        CommandVerb.Approve => "以你的名义批准该运维单。",
        CommandVerb.Undo => "精确恢复变更前的记录。",
        _ => throw new UnreachableException(),
    };

    public override string Change(TicketChange.PodChange change) => change switch
    {
        TicketChange.RestartInPlace restart => $"Pod {restart.Pod.Name}：原地重启容器 {string.Join("、", restart.Images.Select(image => image.Container))}",
        TicketChange.RequestRecreate request => $"Pod {request.Pod.Name}：由 OpenKruise 重启容器 {string.Join("、", request.Containers)}",
        TicketChange.TakeOutOfTraffic take => $"Pod {take.Pod.Name} 摘流",
        TicketChange.PutBackInTraffic back => $"Pod {back.Pod.Name} 恢复流量",
        TicketChange.Evict evict => $"驱逐 Pod {evict.Pod.Name}",
        TicketChange.Delete delete => $"删除 Pod {delete.Pod.Name}",
        _ => $"Pod {change.Pod.Name}：{Spelled(change)}",
    };

    public override string GroupByWay(GroupBy way) => way switch
    {
        Slipway.Tickets.GroupBy.DeploymentUnit => "按部署单元",
        Slipway.Tickets.GroupBy.UnitPercentage => "按部署单元百分比",
        Slipway.Tickets.GroupBy.PodCount => "按 Pod 数量",
        _ => throw new UnreachableException(),
    };

    public override string ConfirmWay(ConfirmPolicy way) => way switch
    {
        ConfirmPolicy.Never => "不需要",
        ConfirmPolicy.FirstGroup => "第一组之后",
        ConfirmPolicy.EveryGroup => "每组之后",
        _ => throw new UnreachableException(),
    };

    public override string Policy(ReleasePolicy? policy) => policy is null
        ? "关闭：一个分组"
        : string.Join("；", new[]
        {
            GroupByWay(policy.GroupBy),
            policy.Percentage is { } percent ? $"{percent}%" : null,
            policy.GroupSize is { } size ? $"每组 {size} 个 Pod" : null,
            policy.Beta == true ? "先 Beta" : null,
            policy.Confirm is { } confirm and not ConfirmPolicy.Never ? $"确认：{ConfirmWay(confirm)}" : null,
            policy.SoakSeconds is > 0 and var soak ? $"组间等待 {soak} 秒" : null,
        }.OfType<string>());

    public override string GuardOf(OpsTicketSpec spec) =>
        $"同时不可用上限 {spec.MaxUnavailable()}；允许失败 {spec.FailureThreshold()}；就绪 {spec.ReadyFor().TotalSeconds:0} 秒；单个 Pod {spec.PodDeadline().TotalSeconds:0} 秒{(spec.RespectsDisruptionBudgets() ? "" : "；忽略中断预算")}";

    public override string Of(TicketCommand command) => command switch
    {
        { Pod: { } pod } => $"Pod {pod}",
        { Group: { } group, Verb: CommandVerb.Publish or CommandVerb.Confirm } => $"到第 {group} 组",
        { Group: { } group } => $"第 {group} 组",
        _ => "",
    };

    public override string HowFar(CommandVerb verb) => verb is CommandVerb.Publish or CommandVerb.Confirm ? "范围" : "分组";

    public override string Everything(CommandVerb verb) => verb switch
    {
        CommandVerb.Confirm => "下一组",
        CommandVerb.Retry => "全部失败的 Pod",
        _ => "全部分组",
    };

    public override string ThroughGroup(CommandVerb verb, int number, string name) =>
        verb is CommandVerb.Publish or CommandVerb.Confirm ? $"到第 {number} 组（{name}）" : $"第 {number} 组（{name}）";

    public override string AllowedWhile(CommandVerb verb, IReadOnlyList<TicketPhase> phases) => $"运维单处于 {string.Join("、", phases.Select(Phase))} 状态时可以{Verb(verb)}";

    public override string MayNot(Act act) => $"你没有权限：{act}";

    public override string VerbOnPod(CommandVerb verb, string pod) => $"{Verb(verb)} Pod {pod}";

    public override string WasRefused(string verb, string by) => $"{by} 的{verb}被拒绝：";

    public override string ThenThePhaseIs(TicketPhase phase) => $"之后运维单状态为{Phase(phase)}";

    public override string TargetsAre(int count) => $"涉及 {count} 个 Pod";

    public override string PodsCount(int count) => $"{count} 个 Pod";

    public override string TicketsCount(int count) => $"{count} 个运维单";

    public override string AndMore(int count) => $"以及另外 {count} 个";

    public override string AddCount(int count) => count == 0 ? "添加 Pod" : $"添加 {count} 个 Pod";

    public override string AddPods(string ns) => $"添加命名空间 {ns} 的 Pod";

    public override string ShownOf(int shown, int all) => $"显示 {all} 个 Pod 中的 {shown} 个";

    public override string ShowNewer(int count) => $"有 {count} 个新运维单，点击显示";

    public override string PageOf(int page, int pages) => $"第 {page} 页，共 {pages} 页";

    public override string Failed(int count) => $"失败 {count}";

    public override string ProgressOf(PodCounts counts) => $"共 {counts.Total}：成功 {counts.Successful}，更新中 {counts.Updating}，失败 {counts.Failed}，跳过 {counts.Skipped}";

    public override string ReadyFor(int seconds, int of) => $"已就绪 {seconds}/{of} 秒";

    public override string ReasonTooLong(int characters) => $"原因有 {characters} 个字符，最多 100 个";

    public override string RemovePod(string pod) => $"移除 Pod {pod}";

    public override string RemoveService(string service) => $"移除 {service} 的全部 Pod";

    public override string NoSuchTicket(string name, string ns) => $"命名空间 {ns} 中没有你可以查看的运维单 {name}。";

    public override string NoSuchService(string name, string ns) => $"命名空间 {ns} 中没有你可以查看的服务 {name}。";

    public override string TakesAtLeast(TimeSpan time) => $"除 Pod 启动时间外，至少需要{(time.TotalMinutes < 2 ? $" {time.TotalSeconds:0} 秒" : $" {time.TotalMinutes:0.#} 分钟")}。";

    public override string BudgetOf(DisruptionBudget budget) => $"PodDisruptionBudget {budget.Name}：现在还可中断 {budget.DisruptionsAllowed} 个，须保持 {budget.DesiredHealthy} 个健康";

    public override string ProtectionOf(ProtectionThreshold protection) => protection.MinAvailable is { } least ? $"保护阈值：至少 {least} 可用" : $"保护阈值：最多 {protection.MaxUnavailable} 不可用";

    public override string NoBalancer(string service) => $"服务 {service} 没有自定义负载均衡（ApplicationService spec.traffic）";

    public override string WeightOf(string unit) => $"{unit} 的权重";

    public override string ByLabels(string labels) => $"暂存标签：{labels}";

    public override string WasCreated(string name) => $"运维单 {name} 已创建，发布后开始执行。";

    public override string Theme(string theme) => theme switch { "light" => "浅色", "dark" => "深色", _ => "自动" };

    public override string Refused(string why) => why switch
    {
        "key" => "该地址已使用过，或不属于本控制台。最新地址在终端中。",
        "token" => "API 服务器不认识该令牌。",
        "server" => "API 服务器没有响应，请重试。",
        "provider" => "身份提供方没有响应，请重试。",
        "denied" => "身份提供方拒绝了登录。",
        "bearer" => "API 服务器不接受该身份提供方的令牌：其签发者、客户端 ID 和用户名声明须与之一致。",
        "flow" => "登录未能完成，请重新开始。",
        _ => "表单已过期，请重试。",
    };

    public override string SignInAt(string provider) => $"使用 {provider} 登录";

    public override string SignOutAt(string provider) => $"同时退出 {provider}";
}
